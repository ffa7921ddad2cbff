import { describe, expect, test } from "vitest";
import { cmdlineWords } from "../../../conf/cmdline.ts";
import { Failure, type FailureKind } from "../../../conf/failure.ts";
import { versionIn } from "../../../init/boot-files.ts";
import { commandLine, isOfVersion } from "../../../init/fallback.ts";
import { PhaseError } from "../../../init/phase.ts";
import { parseSource } from "../../../init/source.ts";

test("another kernel gets the command line, without the boot loader's own words", () => {
  const text =
    'BOOT_IMAGE=vmlinuz initrd=runtime.img initrd=ltsp.img quiet dyndbg="file a.c +p" ltsp.image=x\n';
  expect(commandLine(cmdlineWords(text))).toBe('quiet dyndbg="file a.c +p" ltsp.image=x');
});

test("the version is the one that the menu's script sets, and no path", () => {
  const url = "http://s/ltsp/lab/previous/version.ipxe";
  expect(versionIn("#!ipxe\nset version 2026-11-21T20:00:00\n", url)).toBe("2026-11-21T20:00:00");
  expect(() => versionIn("#!ipxe\nset version ../../x\n", url)).toThrow(/does not say which version/);
});

describe("another version is tried where the image is what fails", () => {
  const image = { name: "lab", version: "2", size: 4096 };
  const lab = "nfs://192.168.67.1/srv/ltsp/images/lab.img";
  const own = "nfs://192.168.67.1/srv/ltsp/images/versions/lab/2/root.img";
  const extra = "nfs://192.168.67.1/srv/ltsp/images/extra.img";
  const fails = (text: string, phase: string, kind: FailureKind, on: string) =>
    isOfVersion(new PhaseError(phase, new Failure(kind, on, "it fails")), parseSource(text), image);

  test.each([
    ["the image is not there", lab, "root", "missing", own],
    ["it is damaged", lab, "root", "invalid", own],
    ["it is damaged, and a layer of several", `${lab},,${extra}`, "root", "invalid", own],
    ["it is not there, over NBD", "nbd://s/lab", "root", "missing", "nbd://s:10809/lab"],
    ["it has no init", lab, "handoff", "missing", "/sbin/init"],
  ] as const)("yes: %s", (_why, text, phase, kind, on) => {
    expect(fails(text, phase, kind, on)).toBe(true);
  });

  test.each([
    ["the server is down", lab, "root", "unreachable", own],
    ["the server does not export it", lab, "root", "refused", lab],
    ["it does not fit into this PC's memory", lab, "root", "no-space", lab],
    ["another layer is not there", `${lab},,${extra}`, "root", "missing", extra],
    [
      "another layer of a longer name is not there",
      "nbd://s/lab-2,,nbd://s/lab",
      "root",
      "missing",
      "nbd://s:10809/lab-2",
    ],
    ["the client mounts something else", extra, "root", "missing", extra],
  ] as const)("no: %s", (_why, text, phase, kind, on) => {
    expect(fails(text, phase, kind, on)).toBe(false);
  });
});
