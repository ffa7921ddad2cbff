import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The archive in a pack of modules, behind the plain one that names the image. zstd's status tells nothing: it takes the
 * zeros at the end, which are the kernel's wish, for an error.
 */
export function unpacked(pack: string): Buffer {
  const content = readFileSync(pack);
  const start = content.indexOf(Buffer.from("28b52ffd", "hex"));
  return spawnSync("zstd", ["-dcq"], { input: content.subarray(start), maxBuffer: 1 << 26 }).stdout;
}
