import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { evaluate, type Subject } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";

const client: Subject = { side: "client", mac: "52:54:00:12:34:56", ip: "192.168.67.20", prefixLength: 24 };
const settingsOf = (text: string, subject: Partial<Subject> = {}) =>
  evaluate(parseConf(text, "ltsp.conf"), { ...client, ...subject });

describe("the hostname", () => {
  test.each([
    ["", {}, "ltsp20"],
    ["HOSTNAME=pc%{IP}", {}, "pc20"],
    ["HOSTNAME=pc%{IP}", { ip: "192.168.67.200", prefixLength: 25 }, "pc72"],
    ["HOSTNAME=pc%{IP}", { ip: "10.0.1.20", prefixLength: 16 }, "pc00276"],
    ["HOSTNAME=pc%{IP}", { ip: "10.0.1.20", prefixLength: 23 }, "pc276"],
    ["HOSTNAME=pc-%{MAC}", {}, "pc-525400123456"],
    ["HOSTNAME=%{ROOM}-%{IP}\nROOM=%{FLOOR}b\nFLOOR=2", {}, "2b-20"],
    ["HOSTNAME=pc01", { hostname: "other" }, "pc01"],
    ["", { hostname: "other" }, "other"],
  ])("of %j, %j is %s", (text, subject, hostname) => {
    expect(settingsOf(text, subject).hostname).toBe(hostname);
  });

  test.each(["pc_01", "-pc", "pc.lan", "pc 1", "x".repeat(64), "%{HOSTNAME}", "a%{B}\nB=%{HOSTNAME}"])(
    "%j is refused, with its line",
    (hostname) => {
      const text = `[clients]\nHOSTNAME="${hostname.replace("\n", '"\n').replace(/^([^"]*)$/, '$1"')}\n`;
      expect(() => settingsOf(text).hostname).toThrow(
        /^ltsp\.conf:\d:1: .*Write|^ltsp\.conf:\d:1: .*needs its own/,
      );
    },
  );
});

test.each([
  ["%{HOSTNAME#pc}", "01"],
  [".*%{HOSTNAME#pc}", ".*01"],
  ["%{HOSTNAME%%0*}-%{HOSTNAME##*0}", "pc-1"],
  ["%{NONE:-d}%{NONE:-%{HOSTNAME}}%{HOSTNAME:+yes}", "dpc01yes"],
  ["%{NONE}", ""],
  ["%{HOSTNAME#%{PRE}}", "01"],
  ["100%", "100%"],
  ["%{http_code} %{ x} %{HOSTNAME", "%{http_code} %{ x} %{HOSTNAME"],
  ["%{HOSTNAME%\\}}", "pc01"],
])("%s is expanded late, to %j", (value, expected) => {
  const settings = settingsOf(`A='${value}'\n[52:54:00:*]\nHOSTNAME=pc01\nPRE=pc\n`);
  expect(settings.get("A")).toBe(expected);
});

test("a family is sorted by name and leaves out what is empty", () => {
  const settings = settingsOf("FSTAB_B=2\nFSTAB_A=1\nFSTAB_C=\nFSTAB_=x\nFSTABX=y\n");
  expect(settings.family("FSTAB_")).toEqual([
    { name: "FSTAB_A", value: "1" },
    { name: "FSTAB_B", value: "2" },
  ]);
});

test.each([
  ["1", true],
  ["yes", true],
  ["On", true],
  ["TRUE", true],
  ["0", false],
  ["no", false],
  ["off", false],
  ["", true],
])("the flag %j is %s", (value, expected) => {
  expect(settingsOf(`A=${value}`).flag("A", true)).toBe(expected);
});

test("a flag that is neither says so, and where", () => {
  expect(() => settingsOf("\n A=maybe").flag("A", true)).toThrow(
    'ltsp.conf:2:2: A is 0 or 1, not "maybe". Write A=1',
  );
  expect(settingsOf("").flag("A", true)).toBe(true);
});

test("a hook's sh gets the same values and can call the functions", () => {
  const settings = settingsOf(
    `A="it's \\"so\\"\n\\$x"\nB=%{HOSTNAME}\n[hello-world]\nprintf '%s|' "$A" "$B" "$HOSTNAME" # last\n`,
  );
  const sh = spawnSync("sh", ["-c", `${settings.toShell()}section_hello_world`], { encoding: "utf8" });
  expect(sh.stdout).toBe(`it's "so"\n$x|ltsp20|ltsp20|`);
  expect(sh.stderr).toBe("");
});
