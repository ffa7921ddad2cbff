import { expect, test } from "vitest";
import { cmdlineWords } from "../../../conf/cmdline.ts";
import { versionIn } from "../../../init/boot-files.ts";
import { commandLine } from "../../../init/fallback.ts";

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
