import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { mbr } from "../../mbr.ts";

const MIB = 2 ** 20;

/** An ext4 file system with what a directory holds, and with these features of mke2fs(8). */
export function ext4(directory: string, file: string, features = "extents"): string {
  writeFileSync(file, "");
  execFileSync("truncate", ["--size", "8M", file]);
  execFileSync("mkfs.ext4", ["-q", "-F", "-O", features, "-d", directory, file]);
  return file;
}

/** A disk with these file systems in its partitions. */
export function disk(file: string, ...parts: string[]): string {
  const contents = parts.map((part) => readFileSync(part));
  let end = MIB;
  const table = mbr(
    contents.map(({ length }) => {
      end += length;
      return { start: end - length, size: length };
    }),
  );
  writeFileSync(file, Buffer.concat([table, Buffer.alloc(MIB - table.length), ...contents]));
  return file;
}

export const sum = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
