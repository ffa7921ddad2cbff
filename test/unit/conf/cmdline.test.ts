import { expect, test } from "vitest";
import { cmdlineSettings, parseCmdline } from "../../../conf/cmdline.ts";

test.each([
  ["root=/dev/nfs quiet\n", { root: "/dev/nfs", quiet: "" }],
  ['a="b c" d', { a: "b c", d: "" }],
  ['"a=b c" d', { a: "b c", d: "" }],
  ['"bare word" d=1', { "bare word": "", d: "1" }],
  ["a=1 a=2", { a: "2" }],
  ["a=b=c a.b=", { a: "b=c", "a.b": "" }],
  ['a="b c', { a: "b c" }],
  ['a=b"c d"e', { a: 'b"c d"e' }],
  ["", {}],
])("%j is split as the kernel does", (text, expected) => {
  expect(Object.fromEntries(parseCmdline(text))).toEqual(expected);
});

test("ltsp.key=value sets KEY, and nothing else does", () => {
  const cmdline = parseCmdline(
    'quiet ltsp.hostname=pc01 ltsp.debug-shell=1 "ltsp.fstab_x=a b c" xltsp.a=1 ltsp.=2',
  );
  expect(Object.fromEntries(cmdlineSettings(cmdline))).toEqual({
    HOSTNAME: "pc01",
    DEBUG_SHELL: "1",
    FSTAB_X: "a b c",
  });
});
