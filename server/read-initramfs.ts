import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import type { CpioEntry } from "../initrd/cpio.ts";
import { isCpio, readCpio } from "../initrd/read-cpio.ts";
import { withTemporaryDirectory } from "./files.ts";
import { run } from "./run.ts";

/** What an archive may be compressed with, by its first bytes in hex (lib/decompress.c), and what undoes it. */
const compressions: readonly { start: string; program: string; ending: string }[] = [
  { start: "28b52ffd", program: "zstd", ending: "zst" },
  { start: "1f8b", program: "gzip", ending: "gz" },
  { start: "fd377a585a00", program: "xz", ending: "xz" },
  { start: "5d0000", program: "xz", ending: "lzma" },
  { start: "425a68", program: "bzip2", ending: "bz2" },
  { start: "02214c18", program: "lz4", ending: "lz4" },
  { start: "894c5a4f000d0a1a0a", program: "lzop", ending: "lzo" },
];

/**
 * All entries of a distribution's initramfs: archives end to end, as the kernel takes them (buffer-format.rst), the
 * first ones plain (microcode; with Ubuntu modules too), the last one compressed. Fails with "invalid" where it is none.
 */
export async function readInitramfs(path: string): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = [];
  let rest: Buffer = readFileSync(path);
  for (let unpacked = false; ; ) {
    const start = rest.findIndex((byte) => byte !== 0);
    if (start === -1) break;
    if (isCpio(rest, start)) {
      const archive = readCpio(rest, start);
      if (archive === undefined) throw broken(path, "it is cut off");
      entries.push(...archive.entries);
      rest = rest.subarray(archive.end);
    } else {
      if (unpacked) throw broken(path, "what its last archive holds is none");
      rest = await decompress(rest.subarray(start), path);
      unpacked = true;
    }
  }
  return entries;
}

async function decompress(data: Buffer, path: string): Promise<Buffer> {
  const head = data.toString("hex", 0, 16);
  const found = compressions.find(({ start }) => head.startsWith(start));
  if (found === undefined)
    throw broken(path, "it is neither an archive nor compressed in a way that the kernel knows");
  return withTemporaryDirectory(async (directory) => {
    const plain = join(directory, "archive");
    const packed = `${plain}.${found.ending}`;
    writeFileSync(packed, data);
    await run(found.program, ["-d", "-q", packed], { writes: plain });
    return readFileSync(plain);
  });
}

function broken(path: string, why: string): Failure {
  return new Failure("invalid", path, why, "Make it again, in the root: update-initramfs -u");
}
