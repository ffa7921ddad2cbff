import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CpioEntry, cpio, file } from "../../../initrd/cpio.ts";

const entries: CpioEntry[] = [
  file("etc/ltsp/ltsp.conf", "[clients]\n", 0o600),
  file("bin/tool", "#!", 0o755),
  { type: "symlink", path: "sbin", target: "bin" },
  { type: "directory", path: "run", mode: 0o700 },
];

test("busybox, as the kernel would, unpacks files, links, modes and the directories above them", () => {
  const directory = mkdtempSync(join(tmpdir(), "cpio-"));
  try {
    execFileSync("busybox", ["cpio", "-idm"], {
      cwd: directory,
      input: cpio(entries),
      stdio: ["pipe", "pipe", "pipe"],
    });
    expect(readFileSync(join(directory, "etc/ltsp/ltsp.conf"), "utf8")).toBe("[clients]\n");
    expect(statSync(join(directory, "etc/ltsp/ltsp.conf")).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, "bin/tool")).mode & 0o777).toBe(0o755);
    expect(statSync(join(directory, "etc")).isDirectory()).toBe(true);
    expect(readlinkSync(join(directory, "sbin"))).toBe("bin");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("the same entries in any order give the same bytes, in whole blocks of 512", () => {
  expect(cpio([...entries].reverse()).equals(cpio(entries))).toBe(true);
  expect(cpio(entries).length % 512).toBe(0);
});
