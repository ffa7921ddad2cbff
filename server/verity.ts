import { appendFileSync, statSync, truncateSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import type { Verity } from "../initrd/boot-image.ts";
import { requireProgram, run } from "./run.ts";
import { orNoSpace } from "./space.ts";

/** Of the data and of the hash tree: one page, and the least that squashfs reads of a device that is checked. */
const BLOCK = 4096;

/** Bytes of a sha256: so many times it goes into a block of the hash tree, each for a block below. */
const HASH = 32;

/** Fails where the program that makes hash trees is not installed: before an image is made, not after. */
export function requireVeritysetup(): void {
  requireProgram(
    "veritysetup",
    "or make the image without a hash tree, by which clients check it: --verity=0",
  );
}

/**
 * Appends a dm-verity hash tree to a finished squashfs: its superblock, and one per cent of its size. It takes as long
 * as sha256 of the file does (0.7 s for 230 MB), and neither loop devices nor the kernel's device mapper. A file for
 * which it fails is not fit for use.
 */
export async function addHashTree(file: string): Promise<Verity> {
  requireVeritysetup();
  const offset = treeStart(file);
  const dataBlocks = offset / BLOCK;
  // veritysetup calls a full disk an input/output error, so the room is taken before.
  orNoSpace(file, () => appendFileSync(file, Buffer.alloc(treeBlocks(dataBlocks) * BLOCK)));
  const blocks = [`--data-block-size=${BLOCK}`, `--hash-block-size=${BLOCK}`, `--data-blocks=${dataBlocks}`];
  const args = ["format", file, file, "--hash=sha256", ...blocks, `--hash-offset=${offset}`];
  const said = await run("veritysetup", args, { writes: file });
  return {
    rootHash: hexOf("Root hash", said),
    salt: hexOf("Salt", said),
    dataBlocks,
    hashStart: dataBlocks + 1,
  };
}

/** The byte at which the hash tree of a squashfs is to start, which is the first after it: it is padded up to there. */
export function treeStart(file: string): number {
  // mksquashfs pads to whole blocks by itself, unless --mksquashfs-params says otherwise.
  const start = Math.ceil(statSync(file).size / BLOCK) * BLOCK;
  truncateSync(file, start);
  return start;
}

/** The superblock, and the tree: a hash for each block below, until one block holds all. */
function treeBlocks(dataBlocks: number): number {
  let blocks = 1;
  for (let level = dataBlocks; level > 1; blocks += level) level = Math.ceil(level / (BLOCK / HASH));
  return blocks;
}

/** A line of what veritysetup says: `Root hash:      d9c22c…`. */
function hexOf(name: string, said: string): string {
  const hex = new RegExp(`^${name}:\\s*([0-9a-f]+)$`, "m").exec(said)?.[1];
  if (hex !== undefined) return hex;
  throw new Failure("unsupported", "veritysetup", `it does not say the ${name.toLowerCase()}: ${said}`);
}
