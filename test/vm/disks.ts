import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { mbr } from "../mbr.ts";

const MIB = 2 ** 20;
const SECTOR = 512;

/** What lies on a partition, or on a whole disk: bytes at an offset. */
export interface Contents {
  pieces: { at: number; data: Buffer }[];
}

/** The size of every partition, and of a disk without any. */
export const SIZE = 32 * MIB;

/** What mkswap writes, with a label to know it by. */
export function swap(label: string): Contents {
  const file = `/tmp/ltsp-swap-${process.pid}`;
  writeFileSync(file, "", { mode: 0o600 });
  truncateSync(file, SIZE);
  execFileSync("mkswap", ["--label", label, file], { stdio: "pipe" });
  const data = readFileSync(file).subarray(0, 4096);
  rmSync(file);
  return { pieces: [{ at: 0, data }] };
}

/** Swap with a system that sleeps in it: the kernel's own signature in the place of mkswap's (kernel/power/swap.c). */
export function hibernated(label: string): Contents {
  return { pieces: [...swap(label).pieces, { at: 4096 - 10, data: Buffer.from("S1SUSPEND\0") }] };
}

/** A member of a RAID 1 with its superblock, version 1.0, at the end (linux/raid/md_p.h), and swap inside it. */
export function raidMember(label: string): Contents {
  const superblock = Buffer.alloc(256);
  const sector = (SIZE / SECTOR - 16) & ~7;
  superblock.writeUInt32LE(0xa92b4efc, 0);
  superblock.writeUInt32LE(1, 4);
  superblock.write("ltsp-test-raid-1", 16);
  superblock.writeUInt32LE(1, 72);
  superblock.writeBigUInt64LE(BigInt(sector - 8), 80);
  superblock.writeUInt32LE(2, 92);
  superblock.writeBigUInt64LE(BigInt(sector - 8), 136);
  superblock.writeBigUInt64LE(BigInt(sector), 144);
  let sum = 0;
  for (let at = 0; at < superblock.length; at += 4) sum += superblock.readUInt32LE(at);
  superblock.writeUInt32LE(((sum % 2 ** 32) + Math.floor(sum / 2 ** 32)) >>> 0, 216);
  return { pieces: [...swap(label).pieces, { at: sector * SECTOR, data: superblock }] };
}

/** A physical volume of LVM, on what was swap before (LVM2, lib/format_text/layout.h). */
export function physicalVolume(label: string): Contents {
  const sector = Buffer.alloc(SECTOR);
  sector.write("LABELONE");
  sector.writeUInt32LE(1, 8);
  sector.writeUInt32LE(32, 20);
  sector.write("LVM2 001", 24);
  sector.write("A".repeat(32), 32);
  sector.writeBigUInt64LE(BigInt(SIZE), 64);
  // LVM's checksum is zlib's without its complements.
  const start = ~0xf597a6cf >>> 0;
  sector.writeUInt32LE(~crc32(sector.subarray(20), start) >>> 0, 16);
  return { pieces: [...swap(label).pieces, { at: SECTOR, data: sector }] };
}

function write(file: string, size: number, contents: Contents[], first: number): void {
  writeFileSync(file, "");
  truncateSync(file, size);
  const fd = openSync(file, "r+");
  for (const [index, { pieces }] of contents.entries())
    for (const { at, data } of pieces) writeSync(fd, data, 0, data.length, first + index * SIZE + at);
  closeSync(fd);
}

/** A disk with no partitions: one content is all of it. */
export function wholeDisk(file: string, contents: Contents): void {
  write(file, SIZE, [contents], 0);
}

/** A disk with an MBR: up to four partitions of type 82, Linux swap. */
export function mbrDisk(file: string, partitions: Contents[]): void {
  const table = mbr(
    [...partitions.keys()].map((index) => ({ start: MIB + index * SIZE, size: SIZE, type: 0x82 })),
  );
  write(file, (partitions.length + 1) * SIZE, partitions, MIB);
  putAt(file, 0, table);
}

/** A disk with a GPT (UEFI specification, 5.3), whose partitions are of the type for Linux swap. */
export function gptDisk(file: string, partitions: Contents[]): void {
  const size = (partitions.length + 1) * SIZE;
  const last = size / SECTOR - 1;
  const entries = gptEntries(partitions.length);
  const protective = mbr([{ start: SECTOR, size: last * SECTOR, type: 0xee }]);
  write(file, size, partitions, MIB);
  putAt(file, 0, Buffer.concat([protective, gptHeader(1, last, 2, entries), entries]));
  putAt(file, size - 33 * SECTOR, Buffer.concat([entries, gptHeader(last, 1, last - 32, entries)]));
}

function gptEntries(count: number): Buffer {
  const entries = Buffer.alloc(128 * 128);
  for (let index = 0; index < count; index++) {
    const at = index * 128;
    entries.write("6dfd5706aba4c44384e50933c84b4f4f", at, "hex");
    entries.write(`ltsp-test-part-${index}`, at + 16, 16, "latin1");
    entries.writeBigUInt64LE(BigInt((MIB + index * SIZE) / SECTOR), at + 32);
    entries.writeBigUInt64LE(BigInt((MIB + (index + 1) * SIZE) / SECTOR - 1), at + 40);
  }
  return entries;
}

/** A header in the sector `own`; the other one's sector, and where its table of entries is. */
function gptHeader(own: number, other: number, table: number, entries: Buffer): Buffer {
  const header = Buffer.alloc(SECTOR);
  const sectors = [
    [24, own],
    [32, other],
    [40, 34],
    [48, Math.max(own, other) - 33],
    [72, table],
  ] as const;
  header.write("EFI PART");
  header.writeUInt32LE(0x10000, 8);
  header.writeUInt32LE(92, 12);
  for (const [at, sector] of sectors) header.writeBigUInt64LE(BigInt(sector), at);
  header.write("ltsp-test-disk-1", 56, 16, "latin1");
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(entries), 88);
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
  return header;
}

function putAt(file: string, at: number, data: Buffer): void {
  const fd = openSync(file, "r+");
  writeSync(fd, data, 0, data.length, at);
  closeSync(fd);
}
