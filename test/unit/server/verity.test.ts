import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Verity } from "../../../initrd/boot-image.ts";
import { addHashTree } from "../../../server/verity.ts";

let directory: string;
let image: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
  mkdirSync(join(directory, "root"));
  writeFileSync(join(directory, "root/data"), Buffer.alloc(3_000_000, "netboot"));
  image = join(directory, "x.img");
});
beforeEach(() => {
  const options = ["-noD", "-noF", "-noappend", "-quiet", "-no-progress"];
  execFileSync("mksquashfs", [join(directory, "root"), image, ...options]);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(directory, { recursive: true }));

/** What veritysetup says of the image by this tree: nothing, if all is as it was. */
function verify({ rootHash, dataBlocks }: Verity): string {
  const args = ["verify", image, image, rootHash, `--hash-offset=${dataBlocks * 4096}`];
  return spawnSync("veritysetup", args, { encoding: "utf8" }).stderr;
}

/** Changes one byte of the image. */
function change(at: number): void {
  const data = readFileSync(image);
  data.writeUInt8(data.readUInt8(at) ^ 1, at);
  writeFileSync(image, data);
}

test("a hash tree is appended, by which veritysetup finds the squashfs whole, and in which it stands", async () => {
  const before = readFileSync(image);
  const verity = await addHashTree(image);
  expect(verity).toEqual({
    rootHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    salt: expect.stringMatching(/^[0-9a-f]{64}$/),
    dataBlocks: before.length / 4096,
    hashStart: before.length / 4096 + 1,
  });
  expect(readFileSync(image).subarray(0, before.length).equals(before)).toBe(true);
  // 733 blocks have 6 blocks of hashes, and these one, after the superblock.
  expect(statSync(image).size).toBe(before.length + 4096 * (1 + Math.ceil(verity.dataBlocks / 128) + 1));
  expect(verify(verity)).toBe("");
});

test("a squashfs that is not padded gets its zeros first", async () => {
  truncateSync(image, statSync(image).size - 1);
  const verity = await addHashTree(image);
  expect(verity.hashStart).toBe(verity.dataBlocks + 1);
  expect(verify(verity)).toBe("");
});

test("a changed byte of the squashfs or of the tree is found by it", async () => {
  const verity = await addHashTree(image);
  for (const at of [1_000_000, verity.hashStart * 4096]) {
    change(at);
    expect(verify(verity)).toMatch(/failed|corrupt/i);
    change(at);
  }
  expect(verify(verity)).toBe("");
});

test("where veritysetup is not installed, its package is told, and how to do without", async () => {
  vi.stubEnv("PATH", join(directory, "nothing"));
  const size = statSync(image).size;
  await expect(addHashTree(image)).rejects.toThrow(/Install it: apt install cryptsetup-bin; or .*--verity=0/);
  expect(statSync(image).size).toBe(size);
});
