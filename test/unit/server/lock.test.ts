import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
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

test("the lock of a process that was killed, and that nobody has waited for (a zombie), is taken over", async () => {
  // The shell would wait for a child that ends before it has become the second sleep.
  const parent = spawn("sh", ["-c", "sleep 1 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const pid = String(await once(parent.stdout, "data")).trim();
    const fields = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    await vi.waitFor(() => expect(fields()[0]).toBe("Z"), { timeout: 10_000 });
    writeFileSync(lock(), `${pid} ${fields()[19]}\n`);
    expect(await withLock(lock(), "image x", async () => "mine")).toBe("mine");
  } finally {
    parent.kill();
  }
});

test("it is given back when the work fails", async () => {
  await expect(withLock(lock(), "x", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(readdirSync(directory)).toEqual([]);
});
