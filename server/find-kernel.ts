import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { moduleName } from "../initrd/module-index.ts";
import { requireOurMachine } from "./architecture.ts";
import { compareVersions } from "./debian-version.ts";
import { headOf, namesIn } from "./files.ts";
import { filesLike, initrdOf, parseKernelInitrd } from "./kernel-initrd.ts";
import type { RootFiles } from "./root-files.ts";

/** A kernel in a root. */
export interface Kernel {
  version: string;
  /** The vmlinuz file. */
  path: string;
  /** Its /lib/modules/VERSION. */
  modules: string;
  /** Its distribution's initrd, where KERNEL_INITRD wants that. */
  initrd?: string;
}

/** Which kernel of a root to take. */
export interface KernelChoice {
  /** The newest if undefined. */
  version?: string | undefined;
  /** KERNEL_INITRD: where to look for it, and for its distribution's initrd. */
  kernelInitrd?: string | undefined;
}

/**
 * The newest kernel of a root, or the one of that version: `boot/vmlinuz-VERSION` (Debian, openSUSE), or `lib/modules/VERSION/vmlinuz`
 * (Fedora, Arch). Fails, saying what to install, where there is no kernel or not its modules.
 */
export async function findKernel(files: RootFiles, choice: KernelChoice = {}): Promise<Kernel> {
  const { version, kernelInitrd } = choice;
  await requireOurMachine(files);
  const places = kernelInitrd === undefined ? undefined : parseKernelInitrd(kernelInitrd);
  await files.ask([
    "boot/vmlinu*",
    "vmlinuz",
    "usr/lib/modules/*/vmlinuz",
    "usr/lib/modules/*/modules.*",
    "lib/modules/*/vmlinuz",
    "lib/modules/*/modules.*",
    ...(places === undefined ? [] : [places.kernel]),
  ]);
  const all = kernels(files.directory, places?.kernel).sort((a, b) => compareVersions(b.version, a.version));
  const found = version === undefined ? all[0] : all.find((kernel) => kernel.version === version);
  if (found === undefined && all.length > 0) {
    const versions = [...new Set(all.map((kernel) => kernel.version))];
    throw new Failure(
      "missing",
      files.source,
      `it has no kernel ${version}`,
      `Give one that it has: ${versions.join(", ")}`,
    );
  }
  if (found === undefined) {
    throw new Failure(
      "missing",
      files.source,
      places === undefined
        ? "there is no kernel in /boot (vmlinuz-*) nor in /lib/modules"
        : `there is no kernel where KERNEL_INITRD looks for it (${places.kernel})`,
      install(files.source),
    );
  }
  if (!existsSync(found.modules)) {
    throw new Failure(
      "missing",
      files.source,
      `it has the kernel ${found.version}, but not that kernel's modules (/lib/modules/${found.version})`,
      install(files.source),
    );
  }
  if (!existsSync(join(found.modules, "modules.dep"))) {
    throw new Failure(
      "missing",
      files.source,
      `/lib/modules/${found.version} has no modules.dep`,
      `Make it: ${inRoot(files.source, `depmod ${found.version}`)}`,
    );
  }
  requireModules(found, files.source);
  return places === undefined ? found : { ...found, initrd: await initrdOf(found.path, places, files) };
}

/** What no netboot can do without, by the names of the modules; a kernel may have them built in. */
const needed = ["nfs", "squashfs", "overlay", "loop"];

/** The names of all modules of a kernel, built in or not. */
function moduleNames({ modules }: Kernel): Set<string> {
  return new Set(
    ["modules.dep", "modules.builtin"].flatMap((index) => {
      const path = join(modules, index);
      const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
      return lines.map((line) => moduleName(line.split(":")[0] ?? ""));
    }),
  );
}

/** Can this kernel check what it reads of an image? */
export const hasVerity = (kernel: Kernel): boolean => moduleNames(kernel).has("dm_verity");

/** Fails where a root has only a part of its kernel's modules, as Ubuntu's and cloud images have. */
function requireModules(kernel: Kernel, source: string): void {
  const { version } = kernel;
  const names = moduleNames(kernel);
  const absent = needed.filter((name) => !names.has(name));
  if (absent.length === 0) return;
  throw new Failure(
    "missing",
    source,
    `the kernel ${version} has no module ${absent.join(", ")} there, and no client could boot it`,
    `Install all of a kernel's modules: ${inRoot(source, "apt install linux-image-amd64")} (on Ubuntu: linux-modules-extra-${version})`,
  );
}

/** The kernels in a root, or those that a glob finds in it. */
function kernels(root: string, glob?: string): Kernel[] {
  const library = existsSync(join(root, "usr/lib/modules")) ? "usr/lib/modules" : "lib/modules";
  return (glob === undefined ? usualPlaces(root, library) : filesLike(root, glob))
    .filter((path) => !lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map((path) => ({ path, version: kernelVersion(path) }))
    .map((kernel) => ({ ...kernel, modules: join(root, library, kernel.version) }));
}

function usualPlaces(root: string, library: string): string[] {
  const inBoot = namesIn(join(root, "boot")).filter((name) => /^vmlinu[xz](-|$)/.test(name));
  return [
    ...inBoot.map((name) => join(root, "boot", name)),
    ...namesIn(join(root, library)).map((version) => join(root, library, version, "vmlinuz")),
    join(root, "vmlinuz"),
  ];
}

/**
 * The version that a kernel image says it is: bzImage's header has, at 0x20e, where its text is from 0x200 on
 * (Documentation/arch/x86/boot.rst). Others go by their name: vmlinuz-6.1.0-50-amd64.
 */
export function kernelVersion(path: string): string {
  const head = headOf(path, 32 * 1024);
  if (head.toString("latin1", 0x202, 0x206) !== "HdrS") return basename(path).replace(/^vmlinu[xz]-?/, "");
  const text = head.subarray(0x200 + head.readUInt16LE(0x20e));
  return text.toString("latin1", 0, text.indexOf(0)).split(" ")[0] ?? "";
}

function install(source: string): string {
  return `Install one: ${inRoot(source, "apt install linux-image-amd64")}`;
}

/** The command as typed in that root; an image's root is elsewhere, and the image is made again from it. */
function inRoot(source: string, command: string): string {
  if (source === "/") return command;
  return source.endsWith(".img")
    ? `${command} in the root it is made from, then make the image again`
    : `chroot ${source} ${command}`;
}
