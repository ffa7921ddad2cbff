import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../../../server/lock.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(directory, { recursive: true }));
const lock = () => join(directory, ".x.lock");

test("while one holds it, another is told who does; afterwards nothing is left", async () => {
  await withLock(lock(), "image x", async () => {
    const second = withLock(lock(), "image x", async () => "never");
    await expect(second).rejects.toMatchObject({
      kind: "busy",
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  ["a process that is gone", "999999999 1\n"],
  ["an older process of the same number", `${process.pid} 1\n`],
  ["a file cut short by a power failure", ""],
])("the lock of %s is taken over", async (_, content) => {
  writeFileSync(lock(), content);
  expect(await withLock(lock(), "image x", async () => existsSync(lock()))).toBe(true);
});

test("it is given back when the work fails", async () => {
  await expect(withLock(lock(), "x", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(readdirSync(directory)).toEqual([]);
});
