import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Verity } from "../initrd/boot-image.ts";
import { addHashTree, treeStart } from "./verity.ts";
import { FileSum } from "./versions/file-sum.ts";
import type { Manifest } from "./versions/manifest.ts";

/** A squashfs that is ready to be a version's root. */
export interface Sealed {
  file: Manifest["files"][string];
  verity?: Verity;
}

/**
 * Appends a hash tree to a squashfs, if there is to be one, sums it up, and sees to it that it is on the disk: at the same
 * time, as two of these wait for a CPU each, and one for the disk.
 */
export async function seal(path: string, withTree: boolean): Promise<Sealed> {
  const data = withTree ? treeStart(path) : statSync(path).size;
  const sum = new FileSum(path);
  const [verity] = await Promise.all([withTree ? addHashTree(path) : undefined, sum.upTo(data), flush(path)]);
  const { size } = statSync(path);
  await sum.upTo(size);
  const file = { size, sha256: sum.digest() };
  return verity === undefined ? { file } : { file, verity };
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
