import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentsOf, imageSize } from "../../../init/filesystem.ts";

let directory: string;
let image: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
  mkdirSync(join(directory, "root"));
  writeFileSync(join(directory, "root/data"), Buffer.alloc(300_000, "netboot"));
  image = join(directory, "x.img");
  execFileSync("mksquashfs", [join(directory, "root"), image, "-noD", "-noF", "-quiet", "-no-progress"]);
});

afterAll(() => rmSync(directory, { recursive: true }));

test("a squashfs is known by its first bytes", () => {
  expect(contentsOf(image, "x.img")).toEqual({ fstype: "squashfs", partitioned: false });
});

test("a squashfs cut short is refused before it is mounted, with what there is and should be", () => {
  const cut = join(directory, "cut.img");
  execFileSync("cp", [image, cut]);
  truncateSync(cut, Math.floor(statSync(image).size / 2));
  expect(() => contentsOf(cut, "nfs://server/cut.img")).toThrow(
    /^nfs:\/\/server\/cut\.img: the image is cut short: 0\.1 MiB of 0\.3 MiB are there\. .*ltsp image IMAGE$/,
  );
});

test("of a device that is larger than the squashfs on it, the squashfs counts, padded as mksquashfs does", () => {
  const device = join(directory, "device");
  execFileSync("cp", [image, device]);
  truncateSync(device, 2 ** 24);
  expect(imageSize(image, "x.img")).toBe(statSync(image).size);
  expect(imageSize(device, "device")).toBe(statSync(image).size);
});

test("an ext4 is known by its magic, a disk by its partition table, and noise by neither", () => {
  const disk = join(directory, "disk");
  writeFileSync(disk, Buffer.alloc(2 ** 20));
  expect(contentsOf(disk, "disk")).toEqual({ fstype: undefined, partitioned: false });
  const table = Buffer.alloc(2 ** 20);
  table.writeUInt16LE(0xaa55, 510);
  writeFileSync(disk, table);
  expect(contentsOf(disk, "disk")).toEqual({ fstype: undefined, partitioned: true });
  const ext4 = Buffer.alloc(2 ** 20);
  ext4.writeUInt16LE(0xef53, 1080);
  writeFileSync(disk, ext4);
  expect(contentsOf(disk, "disk")).toEqual({ fstype: "ext4", partitioned: false });
});
