import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { compareVersions } from "./debian-version.ts";
import type { RootFiles } from "./root-files.ts";

/** A kernel in a root. */
export interface Kernel {
  version: string;
  /** The vmlinuz file. */
  path: string;
  /** Its /lib/modules/VERSION. */
  modules: string;
}

/**
 * The newest kernel of a root: `boot/vmlinuz-VERSION` (Debian, openSUSE), or `lib/modules/VERSION/vmlinuz`
 * (Fedora, Arch). Fails, saying what to install, where there is no kernel or not its modules.
 */
export async function findKernel(files: RootFiles): Promise<Kernel> {
  await files.ask([
    "boot/vmlinu*",
    "usr/lib/modules/*/vmlinuz",
    "usr/lib/modules/*/modules.*",
    "lib/modules/*/vmlinuz",
    "lib/modules/*/modules.*",
  ]);
  const newest = kernels(files.directory).sort((a, b) => compareVersions(b.version, a.version))[0];
  if (newest === undefined) {
    throw new Failure(
      "missing",
      files.source,
      "there is no kernel in /boot (vmlinuz-*) nor in /lib/modules",
      install(files.source),
    );
  }
  if (!existsSync(newest.modules)) {
    throw new Failure(
      "missing",
      files.source,
      `it has the kernel ${newest.version}, but not that kernel's modules (/lib/modules/${newest.version})`,
      install(files.source),
    );
  }
  if (!existsSync(join(newest.modules, "modules.dep"))) {
    throw new Failure(
      "missing",
      files.source,
      `/lib/modules/${newest.version} has no modules.dep`,
      `Make it: ${inRoot(files.source, `depmod ${newest.version}`)}`,
    );
  }
  return newest;
}

function kernels(root: string): Kernel[] {
  const library = existsSync(join(root, "usr/lib/modules")) ? "usr/lib/modules" : "lib/modules";
  const modules = (version: string) => join(root, library, version);
  const inBoot = list(join(root, "boot"))
    .filter((name) => /^vmlinu[xz]-/.test(name))
    .map((name) => ({ version: name.slice("vmlinuz-".length), path: join(root, "boot", name) }));
  const inModules = list(join(root, library)).map((version) => ({
    version,
    path: join(modules(version), "vmlinuz"),
  }));
  return [...inBoot, ...inModules]
    .filter(({ path }) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map((kernel) => ({ ...kernel, modules: modules(kernel.version) }));
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

function list(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
