import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trimModules } from "../../../initrd/trim-modules.ts";
import { binary } from "../../../qemu/paths.ts";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

test("a trimmed ltsp is the same size, has nothing of the server's in it, and is init still", () => {
  const whole = readFileSync(binary);
  const trimmed = trimModules(whole);
  expect(trimmed.length).toBe(whole.length);
  const program = join(directory, "ltsp");
  writeFileSync(program, trimmed, { mode: 0o755 });
  const run = (path: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(path, args, { encoding: "utf8" });
    return { status, stderr };
  };
  expect(run(program, "init")).toEqual(run(binary, "init"));
  expect(run(program, "init").stderr).toContain("runs in its initramfs only");
  expect(run(program, "--help")).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^ltsp: this is ltsp init alone, .*\n$/),
  });
  // What only init says, and what only the server says.
  for (const [text, stays] of [
    ["there is no file system in it that can be a root", true],
    ["does not boot: ", true],
    ["Nothing to remove: no image", false],
    ["error: unknown option", false],
  ] as const) {
    expect(whole.includes(text), text).toBe(true);
    expect(trimmed.includes(text), text).toBe(stays);
  }
});

test("another program stays as it is", () => {
  const busybox = readFileSync("/bin/busybox");
  expect(trimModules(busybox).equals(busybox)).toBe(true);
});
