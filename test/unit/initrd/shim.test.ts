import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
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

describe("the head start loads, while the boot program starts, the modules of a client's root", () => {
  const base = "ltsp.base=http://192.168.67.1/ltsp";
  test.each([
    ["NFS, as the menu says it", `ltsp.image=nfs://192.168.67.1/srv/ltsp/images/school.img ${base}`, "nfsv4"],
    ["NFS, as a Raspberry Pi says it", "root=/dev/nfs nfsroot=192.168.67.1:/srv/ltsp/rpi", "nfsv4"],
    ["NBD", `ltsp.image=nbd://192.168.67.1/school ${base}`, "nbd"],
    ["HTTP", `ltsp.image=http://192.168.67.1/ltsp/images/school.img ${base}`, undefined],
  ])("%s", (_how, cmdline, module) => {
    const loaded = loadedFirst(cmdline);
    expect(loaded).toContain("squashfs overlay loop");
    const own = ["nfsv4", "nbd"].filter((name) => loaded.includes(name));
    expect(own).toEqual(module === undefined ? [] : [module]);
  });
});

/** The names of modules that the shim of a client with that command line loads beside its boot program. */
function loadedFirst(cmdline: string): string {
  const dir = mkdtempSync(join(tmpdir(), "ltsp-shim-"));
  try {
    for (const sub of ["bin", "proc", "dev"]) mkdirSync(join(dir, sub));
    writeFileSync(join(dir, "dev/null"), "");
    writeFileSync(join(dir, "proc/cmdline"), `${cmdline}\n`);
    copyFileSync("/bin/busybox", join(dir, "bin/sh"));
    for (const name of ["cat", "grep", "sort", "xargs", "find", "sleep", "mv"])
      linkSync(join(dir, "bin/sh"), join(dir, "bin", name));
    // Functions, since busybox's sh would take its own programs for any others of these names.
    const instead = `
      mount() { :; }
      modprobe() { echo "$*" >/new; mv /new /loaded; }
      ltsp() { until [ -e /loaded ]; do sleep 0.01; done; exit; }
    `;
    // In a namespace of its own, `reboot -f` would end that alone, and nothing stays behind.
    const own = ["--pid", "--fork", "--kill-child", "chroot", dir, "/bin/sh"];
    spawnSync("unshare", own, { input: instead + shim, timeout: 10_000 });
    return readFileSync(join(dir, "loaded"), "utf8");
  } finally {
    rmSync(dir, { recursive: true });
  }
}
