import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tablesOf } from "../../../init/read-ahead.ts";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

test("what is read ahead of a squashfs is all that its directories and inodes are, and nothing of its data", () => {
  const [root, image] = [join(directory, "root"), join(directory, "x.img")];
  for (let at = 0; at < 300; at += 1) {
    mkdirSync(join(root, `directory${at}`), { recursive: true });
    writeFileSync(join(root, `directory${at}/file`), randomBytes(1000));
  }
  execFileSync("mksquashfs", [root, image, "-quiet", "-no-progress"]);
  const list = () => execFileSync("unsquashfs", ["-lln", image], { encoding: "utf8" });
  const before = list();
  expect(before).toContain("directory299/file");

  const whole = readFileSync(image);
  const tables = tablesOf(whole) ?? { start: 0, end: 0 };
  whole.fill(0, 96, tables.start);
  writeFileSync(image, whole.subarray(0, tables.end));
  expect(list()).toBe(before);
  expect(tables.start).toBeGreaterThan(300_000);
});

test("nothing else has such tables", () => {
  expect(tablesOf(Buffer.alloc(96))).toBeUndefined();
  expect(tablesOf(Buffer.alloc(96, "ext4"))).toBeUndefined();
});
