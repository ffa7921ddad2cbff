import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withLock } from "../../../qemu/lock.ts";

const lockFile = () => join(mkdtempSync(join(tmpdir(), "ltsp-lock-")), "lock");

it("lets one in at a time", async () => {
  const file = lockFile();
  const order: string[] = [];
  const first = withLock(file, async () => {
    await Promise.resolve();
    order.push("first is done");
  });
  const second = withLock(file, async () => void order.push("second"));
  await Promise.all([first, second]);
  expect(order).toEqual(["first is done", "second"]);
  expect(existsSync(file)).toBe(false);
});

it("does not wait for a process that has died", async () => {
  const file = lockFile();
  writeFileSync(file, "4194305"); // above the kernel's highest process id
  expect(await withLock(file, async () => "in")).toBe("in");
});
