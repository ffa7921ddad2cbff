import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shim } from "../../../initrd/shim.ts";

test("busybox's sh can read the shim, and has every program it calls", () => {
  execFileSync("/bin/busybox", ["sh", "-n"], { input: shim });
  const there = execFileSync("/bin/busybox", ["--list"], { encoding: "utf8" }).split("\n");
  const called = [
    "mount",
    "cat",
    "grep",
    "sort",
    "xargs",
    "modprobe",
    "switch_root",
    "dmesg",
    "setsid",
    "find",
  ];
  expect(there).toEqual(expect.arrayContaining([...called, "cttyhack", "reboot", "sleep"]));
});
