import { existsSync, statSync, writeFileSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { readBytes } from "./filesystem.ts";
import { readAhead, SystemCallError } from "./syscalls.ts";

/** How far to read ahead below a loop device, in KiB. */
const READ_AHEAD = 16;

/**
 * Squashfs reads whole blocks by itself; the 128 KiB that the kernel reads ahead of them by default are mostly what
 * nobody asked for. A little saves more waiting than it fetches. It counts for files that are opened from then on.
 */
export function limitReadAhead(file: string): void {
  const { dev } = statSync(file);
  // The kernel's numbers in a dev_t (glibc's sys/sysmacros.h); a file system in RAM has no read-ahead.
  const major = (dev >> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
  const setting = `/sys/class/bdi/${major}:${minor}/read_ahead_kb`;
  if (existsSync(setting)) writeFileSync(setting, `${READ_AHEAD}\n`);
}

/** Tables of an image with more files than a boot looks at are left to be read where they are needed. */
const TABLES_MAX = 2 * 2 ** 20;

/** What the kernel takes of one readahead(2) on a file over NFS, whatever is asked for: at least that. */
const STEP = 128 * 1024;

/**
 * Has the tables of a squashfs (the inodes, the directories: 344 KB of 234 MB) fetched in the background, in few large
 * reads instead of a hundred small ones that the boot would wait for in turn. `file` is what an open file is called.
 */
export function readTablesAhead(fd: number, file: string): void {
  try {
    const tables = tablesOf(readBytes(fd, file, SUPERBLOCK));
    if (tables === undefined || tables.end - tables.start > TABLES_MAX) return;
    for (let at = tables.start; at < tables.end; at += STEP)
      readAhead(fd, file, at, Math.min(STEP, tables.end - at));
  } catch (error) {
    // A file system that cannot, or a bad disk, which whoever reads it next will tell of.
    if (!(error instanceof SystemCallError || error instanceof Failure)) throw error;
  }
}

const SUPERBLOCK = 96;

/** Where all tables of a squashfs are, behind its data; undefined if it is none. Its first 96 bytes are enough. */
export function tablesOf(superblock: Uint8Array): { start: number; end: number } | undefined {
  const view = new DataView(superblock.buffer, superblock.byteOffset, SUPERBLOCK);
  // Documentation/filesystems/squashfs.rst: the magic, bytes_used, inode_table_start.
  if (view.getUint32(0, true) !== 0x73717368) return undefined;
  return { start: Number(view.getBigUint64(64, true)), end: Number(view.getBigUint64(40, true)) };
}
