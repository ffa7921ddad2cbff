import { statSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { headOf } from "./files.ts";
import { run } from "./run.ts";

/** A partition of a disk, or all of it where it has none. In bytes. */
export interface DiskPart {
  /** Counted from 1; undefined for the whole. */
  number: number | undefined;
  offset: number;
  size: number;
}

/** partx(8) counts in these, whatever the disk's own sectors are. */
const SECTOR = 512;

/** The partitions of a disk image, by its table (MBR or GPT). */
export async function partsOf(path: string): Promise<DiskPart[]> {
  const whole = { number: undefined, offset: 0, size: statSync(path).size };
  const table = await orNothing(() =>
    run("partx", ["--noheadings", "--raw", "--output", "NR,START,SECTORS", path]),
  );
  const parts = table
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((numbers) => numbers.length === 3)
    .map(([number = 0, start = 0, sectors = 0]) => ({
      number,
      offset: start * SECTOR,
      size: sectors * SECTOR,
    }));
  return parts.length === 0 ? [whole] : parts;
}

/** What file system is in a partition, as mount(8) names it. */
export async function typeOf(path: string, { number, offset, size }: DiskPart): Promise<string | undefined> {
  const range = number === undefined ? [] : ["--offset", String(offset), "--size", String(size)];
  const found = await orNothing(() =>
    run("blkid", ["--probe", ...range, "--match-tag", "TYPE", "--output", "value", path]),
  );
  return found.trim() || undefined;
}

/** Both programs fail where there is nothing of the kind. */
async function orNothing(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Failure && error.kind === "system") return "";
    throw error;
  }
}

/** How the files of virtual machines begin, by QEMU's names of their formats. */
const formats = [
  { name: "qcow2", start: "QFI\xfb" },
  { name: "vmdk", start: "KDMV" },
  // Only a description: the data are in other files, which it names.
  { name: "vmdk", start: "# Disk DescriptorFile" },
  { name: "vdi", start: "<<< " },
  { name: "vhdx", start: "vhdxfile" },
] as const;

export type DiskFormat = (typeof formats)[number]["name"];

export const diskFormats: readonly string[] = formats.map(({ name }) => name);

/** The format of a virtual machine's disk that is not raw. */
export function diskFormat(path: string): DiskFormat | undefined {
  const head = headOf(path, 32).toString("latin1");
  return formats.find(({ start }) => head.startsWith(start))?.name;
}
