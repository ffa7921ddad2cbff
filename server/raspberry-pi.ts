import { existsSync, lstatSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { beside, makeDirectory, namesIn } from "./files.ts";
import { type ImagePlace, noSuchRoot } from "./names.ts";
import type { Options, Report } from "./options.ts";

/** Where Debian and newer Raspberry Pi OS have the firmware's partition, and older ones. */
const places = ["boot/firmware", "boot"];

/**
 * `ltsp kernel NAME` for the root that RPI_IMAGE names. A Pi's firmware looks for its files at the top of the TFTP root,
 * and its kernel then mounts the root over NFS as cmdline.txt says. Links and not copies: whatever changes the kernel in
 * the root, a Pi with write access among others, changes its modules there at the same time.
 */
export function linkPiFiles(place: ImagePlace, argument: string, options: Options): Report {
  const { root } = place;
  if (root === undefined) throw noSuchRoot(argument, options);
  const source = places.map((path) => join(root, path)).find(isFirmware);
  if (source === undefined)
    throw new Failure(
      "missing",
      root,
      "it has no firmware of a Raspberry Pi (start*.elf) in /boot/firmware nor /boot",
      `Copy the first partition of its SD card there: cp -a /mnt/. ${root}/boot/firmware/`,
    );
  makeDirectory(options.tftp);
  removeStale(options.tftp, source);
  const names = namesIn(source).filter((name) => name !== "ltsp");
  const kept = names.filter((name) => !link(join(source, name), join(options.tftp, name), options.overwrite));
  return {
    lines: [
      `${options.tftp}: ${names.length - kept.length} links to what Raspberry Pis fetch, in ${source}`,
      ...kept.map(
        (name) =>
          `warning: ${join(options.tftp, name)} is not of ltsp's making and stays. To replace it: ltsp --overwrite kernel ${place.name}`,
      ),
      ...cmdlineAdvice(join(options.tftp, "cmdline.txt"), root),
      "Pis boot this root by themselves: what is in ltsp.conf does not reach them yet.",
    ],
    data: {
      image: place.name,
      source,
      tftp: options.tftp,
      links: names.filter((name) => !kept.includes(name)),
      kept,
    },
  };
}

const isFirmware = (directory: string) => namesIn(directory).some((name) => /^start.*\.elf$/.test(name));

/** Makes a link, unless something else than a link of ours is in its place; whether it is there now. */
function link(source: string, target: string, overwrite: boolean): boolean {
  const there = lstatSync(target, { throwIfNoEntry: false });
  if (there?.isDirectory()) return false;
  if (there?.isSymbolicLink() && readlinkSync(target) === source) return true;
  if (there !== undefined && !overwrite) return false;
  symlinkSync(source, beside(target));
  renameSync(beside(target), target);
  return true;
}

/** Links to what was in that directory once. */
function removeStale(tftp: string, source: string): void {
  for (const path of namesIn(tftp).map((name) => join(tftp, name))) {
    const isOurs = lstatSync(path).isSymbolicLink() && dirname(readlinkSync(path)) === source;
    if (isOurs && !existsSync(path)) rmSync(path);
  }
}

/** What cmdline.txt of an SD card lacks to boot from the network. It is the admin's, and is not touched. */
function cmdlineAdvice(file: string, root: string): string[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (/(^|\s)root=\/dev\/nfs(\s|$)/.test(text)) return [];
  return [
    `warning: ${file} does not say root=/dev/nfs, so a Pi would look for an SD card. Write one line there, for instance: ip=dhcp root=/dev/nfs nfsroot=192.168.67.1:${root},vers=3,tcp,nolock rw rootwait console=tty1`,
  ];
}
