import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type BootImage, bootImageArchive } from "../../initrd/boot-image.ts";
import type { Lan } from "../../qemu/lan.ts";
import type { Suite } from "../../qemu/roots.ts";

/** Bytes behind the squashfs, where a hash tree would be. */
const BEHIND = 2 ** 20;

/** The files of one version of an image; they are its own, and may be broken. */
export interface Version {
  root: string;
  vmlinuz: string;
  modules: string;
}

/**
 * An image of two versions, as `ltsp image` lays them out: "v2", the current one, and "v1" before it, made of the images
 * of these suites.
 */
export function layVersions(
  lan: Lan,
  name: string,
  suites: { current: Suite; previous: Suite },
): { current: Version; previous: Version } {
  const [images, boot] = [join(lan.base, "images"), join(lan.tftp, "ltsp", name)];
  const previous = layVersion(lan, name, "v1", suites.previous);
  const current = layVersion(lan, name, "v2", suites.current);
  symlinkSync(`versions/${name}/v2/root.img`, join(images, `${name}.img`));
  symlinkSync("v2", join(boot, "current"));
  symlinkSync("v1", join(boot, "previous"));
  for (const each of ["vmlinuz", "modules.img", "modules-rare.img"])
    symlinkSync(`current/${each}`, join(boot, each));
  return { current, previous };
}

function layVersion(lan: Lan, name: string, version: string, suite: Suite): Version {
  const from = join(lan.tftp, "ltsp", suite);
  const images = join(lan.base, "images/versions", name, version);
  const boot = join(lan.tftp, "ltsp", name, version);
  for (const directory of [images, boot]) mkdirSync(directory, { recursive: true });
  const files = {
    root: join(images, "root.img"),
    vmlinuz: join(boot, "vmlinuz"),
    modules: join(boot, "modules.img"),
  };
  copyFileSync(join(lan.base, "images", `${suite}.img`), files.root);
  copyFileSync(join(from, "vmlinuz"), files.vmlinuz);
  const size = statSync(files.root).size + BEHIND;
  truncateSync(files.root, size);
  const image: BootImage = { name, version, size };
  const archive = bootImageArchive(image);
  writeFileSync(files.modules, Buffer.concat([archive, readFileSync(join(from, "modules.img"))]));
  linkSync(join(from, "modules-rare.img"), join(boot, "modules-rare.img"));
  writeFileSync(join(boot, "version.ipxe"), `#!ipxe\nset version ${version}\n`);
  return files;
}
