import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changedBlock, requireVersion, verityTarget } from "../../../init/verity.ts";
import type { BootImage, Verity } from "../../../initrd/boot-image.ts";
import { addHashTree } from "../../../server/verity.ts";

let directory: string;
let path: string;
let image: BootImage & { verity: Verity };
const on = "nfs://server/lab.img";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
  mkdirSync(join(directory, "root"));
  writeFileSync(join(directory, "root/data"), Buffer.alloc(300_000, "netboot"));
  path = join(directory, "lab.img");
  execFileSync("mksquashfs", [join(directory, "root"), path, "-noD", "-noF", "-quiet", "-no-progress"]);
  const verity = await addHashTree(path);
  image = { name: "lab", version: "7", size: statSync(path).size, verity };
});
afterAll(() => rmSync(directory, { recursive: true }));

test("dm-verity gets its parameters in their order", () => {
  const verity = { rootHash: "ab", salt: "cd", dataBlocks: 7, hashStart: 8 };
  const params = "1 /dev/loop0 /dev/loop0 4096 4096 7 8 sha256 ab cd";
  expect(verityTarget("/dev/loop0", verity)).toEqual({ type: "verity", sectors: 56, params });
  expect(verityTarget("/dev/loop0", { ...verity, salt: "" }).params).toMatch(/ ab -$/);
});

test("the image of the boot files is known by the salt that stands in it; another version is told", () => {
  expect(() => requireVersion(path, image, on)).not.toThrow();
  const other = { ...image, verity: { ...image.verity, salt: "00".repeat(32) } };
  expect(() => requireVersion(path, other, on)).toThrow(
    "nfs://server/lab.img: it is not the version 7 of lab that this client's boot files are of. If it has just been replaced, start again. On the server: ltsp image --check lab",
  );
});

test("an image that lacks some of its hash tree is cut short, though its file system is whole", () => {
  const cut = join(directory, "cut.img");
  execFileSync("cp", [path, cut]);
  truncateSync(cut, image.size - 4096);
  expect(() => requireVersion(cut, image, on)).toThrow(
    /the image is cut short: 0\.3 MiB of 0\.3 MiB are there/,
  );
});

test("the first block that the kernel has found changed is named", () => {
  const data = "[    5.1] device-mapper: verity: 7:0: data block 244 is corrupted\n";
  expect(changedBlock(`${data}[    5.2] device-mapper: verity: 7:0: data block 9 is corrupted`)).toBe(
    "block 244",
  );
  expect(changedBlock("[    5.1] device-mapper: verity: 43:0: metadata block 3 is corrupted")).toBe(
    "block 3, of the hash tree,",
  );
  expect(changedBlock("")).toBe("a block");
});
