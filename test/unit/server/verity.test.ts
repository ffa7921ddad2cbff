import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { addHashTree, checkHashTree } from "../../../server/verity.ts";

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
  const byHand = ["verify", image, image, verity.rootHash, `--hash-offset=${before.length}`];
  execFileSync("veritysetup", byHand, { stdio: "pipe" });
  await checkHashTree(image, verity);
});

test("a squashfs that is not padded gets its zeros first", async () => {
  truncateSync(image, statSync(image).size - 1);
  const verity = await addHashTree(image);
  expect(verity.hashStart).toBe(verity.dataBlocks + 1);
  await checkHashTree(image, verity);
});

test("a changed byte is found, with where; one in the hash tree and a file cut short as well", async () => {
  const verity = await addHashTree(image);
  change(1_000_000);
  await expect(checkHashTree(image, verity)).rejects.toThrow(
    `${image}: it is damaged: block 244 (from byte 999424 on) is not what was written`,
  );
  change(1_000_000);
  await checkHashTree(image, verity);
  change(verity.hashStart * 4096);
  await expect(checkHashTree(image, verity)).rejects.toThrow(`${image}: it is damaged: `);
  change(verity.hashStart * 4096);
  truncateSync(image, verity.dataBlocks * 4096);
  await expect(checkHashTree(image, verity)).rejects.toThrow(`${image}: it is damaged: `);
});

test("another image with a whole tree is not this one", async () => {
  const verity = await addHashTree(image);
  const rootHash = verity.rootHash.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  await expect(checkHashTree(image, { ...verity, rootHash })).rejects.toThrow("it is damaged");
});

test("where veritysetup is not installed, its package is told, and how to do without", async () => {
  vi.stubEnv("PATH", join(directory, "nothing"));
  const size = statSync(image).size;
  await expect(addHashTree(image)).rejects.toThrow(/Install it: apt install cryptsetup-bin; or .*--verity=0/);
  expect(statSync(image).size).toBe(size);
});
