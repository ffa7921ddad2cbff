import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { errnoOf, Failure } from "../conf/failure.ts";

/** Enough of a device's start for every magic number below. */
const HEAD = 64 * 1024;

/** Where each file system says what it is (as in util-linux's libblkid). */
const magics: { fstype: string; at: number; bytes: number[] }[] = [
  { fstype: "squashfs", at: 0, bytes: [0x68, 0x73, 0x71, 0x73] },
  { fstype: "erofs", at: 1024, bytes: [0xe2, 0xe1, 0xf5, 0xe0] },
  { fstype: "ext4", at: 1080, bytes: [0x53, 0xef] },
  { fstype: "iso9660", at: 32769, bytes: [0x43, 0x44, 0x30, 0x30, 0x31] },
];

/** What is on a file or block device. */
export interface Contents {
  /** Undefined: none that a root can be. */
  fstype: string | undefined;
  /** It has a partition table. */
  partitioned: boolean;
}

/** Bytes that a file or block device holds. */
export function sizeOf(path: string): number {
  const { size } = statSync(path);
  if (size > 0) return size;
  // A block device's size stands in sysfs, in sectors of 512 bytes whatever the device's own are.
  return Number(readFileSync(`/sys/class/block/${basename(path)}/size`, "utf8")) * 512;
}

/**
 * Looks at the start of a file or block device. A squashfs that is shorter than it says is refused, since it
 * would boot and then fail in the middle; `name` is what messages call it.
 */
export function contentsOf(path: string, name: string): Contents {
  const { fstype, partitioned } = look(path, name);
  return { fstype, partitioned };
}

/** How many bytes of a file or block device are the image: a squashfs may be on a partition that is larger. */
export function imageSize(path: string, name: string): number {
  const { size, wanted } = look(path, name);
  // Padded as mksquashfs does: a loop device leaves out what fills no sector.
  return wanted > 0 ? Math.min(size, Math.ceil(wanted / 4096) * 4096) : size;
}

/** `wanted`: the size that the file system says it has, 0 where it is of no concern. */
function look(path: string, name: string): Contents & { size: number; wanted: number } {
  const fd = openSync(path, "r");
  try {
    const head = readBytes(fd, name, HEAD);
    const fstype = magics.find(({ at, bytes }) => bytes.every((byte, i) => head[at + i] === byte))?.fstype;
    // bytes_used of the superblock, at 40 (Documentation/filesystems/squashfs.rst).
    const wanted = fstype === "squashfs" ? Number(new DataView(head.buffer).getBigUint64(40, true)) : 0;
    const size = sizeOf(path);
    requireSize(name, size, wanted);
    const partitioned = fstype === undefined && head[510] === 0x55 && head[511] === 0xaa;
    return { fstype, partitioned, size, wanted };
  } finally {
    closeSync(fd);
  }
}

/** Fails where an image is shorter than it should be. */
export function requireSize(name: string, size: number, wanted: number): void {
  if (size >= wanted) return;
  throw new Failure(
    "invalid",
    name,
    `the image is cut short: ${mebibytes(size)} of ${mebibytes(wanted)} are there`,
    "On the server, is the disk full? Make it anew: ltsp image IMAGE",
  );
}

/** Bytes of an open image, which `name` is what messages call. */
export function readBytes(fd: number, name: string, length: number, at = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  try {
    readSync(fd, bytes, 0, length, at);
    return bytes;
  } catch (cause) {
    throw new Failure(
      "system",
      name,
      `it cannot be read (${errnoOf(cause) ?? String(cause)})`,
      "Look at the log of the server that it comes from, and at the health of the disk that it is on.",
      { cause },
    );
  }
}

/** Bytes for a person: "250.3 MiB". */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
