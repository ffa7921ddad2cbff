import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure } from "../conf/failure.ts";
import { compileGlob, matchGlob } from "../conf/glob.ts";
import type { Settings } from "../conf/settings.ts";
import { namesIn, withTemporaryDirectory } from "./files.ts";
import type { KernelChoice } from "./find-kernel.ts";
import type { RootFiles } from "./root-files.ts";
import { run } from "./run.ts";

/** What KERNEL_INITRD says: "boot/vmlinuz-* s|vmlinuz|initrd.img|". */
interface KernelInitrd {
  /** A glob, relative to the root. */
  kernel: string;
  /** What makes the initrd's path of the kernel's: a script of sed(1). */
  script: string;
}

const example = 'KERNEL_INITRD="boot/vmlinuz-* s|vmlinuz|initrd.img|"';

/** Which kernel of a root to take, by what was given on the command line and else by ltsp.conf. */
export function kernelChoice(
  version: string | undefined,
  kernelInitrd: string | undefined,
  settings: Settings,
): KernelChoice {
  return { version, kernelInitrd: kernelInitrd ?? (settings.get("KERNEL_INITRD")?.trim() || undefined) };
}

/** Reads KERNEL_INITRD; fails with "usage" if it is not two words. */
export function parseKernelInitrd(text: string): KernelInitrd {
  const [, kernel, script] = /^\s*\/*(\S+)\s+(\S.*?)\s*$/.exec(text) ?? [];
  if (kernel !== undefined && script !== undefined && !kernel.split("/").includes(".."))
    return { kernel, script };
  throw new Failure(
    "usage",
    `KERNEL_INITRD="${text}"`,
    "it is where kernels are in the root, and how sed makes an initrd's path of a kernel's",
    `Write for instance ${example}.`,
  );
}

/** The files in a root that a glob finds. */
export function filesLike(root: string, glob: string): string[] {
  return glob.split("/").reduce(
    (found, part) => {
      const pattern = compileGlob(part);
      const fits = (name: string) => matchGlob(pattern, name);
      return found.flatMap((directory) =>
        namesIn(directory)
          .filter(fits)
          .map((name) => join(directory, name)),
      );
    },
    [root],
  );
}

/** The path of the initrd that belongs to a kernel. Fails with "missing" where it is not there. */
export async function initrdOf(kernel: string, { script }: KernelInitrd, files: RootFiles): Promise<string> {
  const path = relative(files.directory, kernel);
  const changed = (await edited(path, script)).replace(/^\/+/, "");
  if (changed === path || changed === "" || changed.split("/").includes(".."))
    throw new Failure(
      "usage",
      "KERNEL_INITRD",
      `sed's "${script}" makes "${changed}" of the kernel's path ${path}, and that is no initrd`,
      `Write for instance ${example}.`,
    );
  await files.askExactly([changed]);
  const initrd = join(files.directory, changed);
  if (existsSync(initrd)) return initrd;
  throw new Failure(
    "missing",
    `${files.source}: ${changed}`,
    "KERNEL_INITRD wants this initrd of the distribution's, and it is not there",
    "Make it, in the root: update-initramfs -c -k all. Finished images have none; so give the root, not its image.",
  );
}

/** A line as sed makes it. --sandbox: a script of the admin's that runs programs or writes files is refused. */
async function edited(line: string, script: string): Promise<string> {
  return withTemporaryDirectory(async (directory) => {
    const file = join(directory, "path");
    writeFileSync(file, `${line}\n`);
    return (await run("sed", ["--sandbox", "--expression", script, file])).trim();
  });
}
