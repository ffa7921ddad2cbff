import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trimIcu } from "../../../initrd/trim-icu.ts";

const bun = "node_modules/@oven/bun-linux-x64-baseline/bin/bun";
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** About how many bytes of a program are zero: every 64th is looked at. */
function blank(program: Buffer): number {
  let zeros = 0;
  for (let at = 0; at < program.length; at += 64) if (program[at] === 0) zeros += 64;
  return zeros;
}

test("a trimmed program is the same size, has 10 MB less in it, and still works", () => {
  const whole = readFileSync(bun);
  const trimmed = trimIcu(whole);
  expect(trimmed.length).toBe(whole.length);
  expect(blank(trimmed) - blank(whole)).toBeGreaterThan(10_000_000);
  const program = join(directory, "bun");
  writeFileSync(program, trimmed, { mode: 0o755 });
  const script =
    'console.log("É".toLowerCase(), "a".localeCompare("b"), /\\p{L}/u.test("é"), new Date(0).toString().slice(0, 33), new URL("http://a/b").href)';
  const run = (path: string) =>
    execFileSync(path, ["-e", script], { encoding: "utf8", env: { TZ: "Europe/Athens", LANG: "C" } });
  expect(run(program)).toBe(run(bun));
});

test("a program without ICU's data stays as it is", () => {
  const busybox = readFileSync("/bin/busybox");
  expect(trimIcu(busybox).equals(busybox)).toBe(true);
});
