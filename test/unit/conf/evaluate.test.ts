import { describe, expect, test } from "vitest";
import { parseCmdline } from "../../../conf/cmdline.ts";
import { evaluate, type Subject } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";

const client: Subject = { side: "client", mac: "52:54:00:12:34:56", ip: "192.168.67.20", prefixLength: 24 };

const settingsOf = (text: string, subject: Partial<Subject> = {}) =>
  evaluate(parseConf(text, "ltsp.conf"), { ...client, ...subject });

const valuesOf = (text: string, subject: Partial<Subject> = {}) =>
  Object.fromEntries(settingsOf(text, subject).entries());

/** The sections that apply to the client, in their order: each adds its mark to ORDER. */
const orderOf = (titles: string[], subject: Partial<Subject> = {}) =>
  settingsOf(titles.map((title) => `[${title}]\nORDER="$ORDER ${title}"\n`).join(""), subject)
    .get("ORDER")
    ?.trim();

test("sections apply from the general to the particular, wherever they stand in the file", () => {
  const titles = [
    "init/ltsp20",
    "init/192.168.67.20",
    "init/52:54:00:12:34:56",
    "init/",
    "ltsp20",
    "192.168.67.20",
    "52:54:00:12:34:56",
    "common",
    "clients",
    "server",
  ];
  expect(orderOf(titles, { applet: "init" })).toBe([...titles].reverse().slice(1).join(" "));
  expect(orderOf(titles, { side: "server", applet: "ipxe" })).toBe(
    "server common 52:54:00:12:34:56 192.168.67.20 ltsp20",
  );
});

test("later assignments win, and the kernel command line comes before all of them", () => {
  const text = "A=top\nB=top\n[clients]\nA=clients\n[52:54:00:12:34:56]\nA=mac$C\n";
  const cmdline = parseCmdline('ltsp.b=cmdline ltsp.c="from the cmdline" ltsp.d=1');
  expect(valuesOf(text, { cmdline })).toEqual({
    A: "macfrom the cmdline",
    B: "top",
    C: "from the cmdline",
    D: "1",
  });
});

describe("a section for a machine", () => {
  test.each([
    "52:54:00:12:34:56",
    "52-54-00-12-34-56",
    "525400123456",
    "5254.0012.3456",
    "52:54:00:*",
    "52-54-00-*",
    "52:54:0[0-3]:??:*:56",
    "AA:BB:CC:DD:EE:FF|52:54:00:12:34:56",
    "pc99 | 52:54:00:12:34:56",
    "192.168.67.20",
    "192.168.67.*",
    "192.168.67.[0-9][0-9]",
    "PC01",
    "pc0?",
    "pc0[!2]",
    "*",
  ])("[%s] applies", (title) => {
    expect(orderOf([title], { hostname: "pc01" })).toBe(title);
  });

  test.each([
    "52:54:00:12:34:57",
    "52:54:01:*",
    "192.168.67.2",
    "pc0",
    "pc02",
    "client",
    "init/pc01",
    "pc01/",
  ])("[%s] does not", (title) => {
    expect(orderOf([title], { hostname: "pc01" })).toBeUndefined();
  });

  test("counts only if it is the first that matches", () => {
    expect(orderOf(["52:54:00:12:34:56", "52:54:00:*"])).toBe("52:54:00:12:34:56");
    expect(orderOf(["52:54:00:*", "52:54:00:12:34:56"])).toBe("52:54:00:*");
    expect(orderOf(["52:54:00:*", "192.168.67.*", "pc*"], { hostname: "pc01" })).toBe(
      "52:54:00:* 192.168.67.* pc*",
    );
  });

  test("takes a MAC in every spelling", () => {
    expect(orderOf(["52:54:00:12:34:56"], { mac: "01-52-54-00-12-34-56" })).toBe("52:54:00:12:34:56");
  });
});

test("the hostname that earlier sections set decides which section applies", () => {
  const text = "[pc20]\nA=by-name\n[pc01]\nA=no\n[52:54:00:*]\nHOSTNAME=pc%{IP}\n";
  expect(settingsOf(text, { hostname: "pc01" }).get("A")).toBe("by-name");
});

test("a hostname that needs an unknown address matches nothing, and is no error on the server", () => {
  const { ip: _, ...withoutIp } = client;
  const conf = parseConf("[common]\nHOSTNAME=pc%{IP}\n[pc*]\nA=1\n", "ltsp.conf");
  expect(evaluate(conf, { ...withoutIp, side: "server" }).get("A")).toBeUndefined();
});

test("[initrd-bottom/…] is init's", () => {
  expect(orderOf(["initrd-bottom/", "init/ltsp20"], { applet: "init" })).toBe("initrd-bottom/ init/ltsp20");
});

describe("INCLUDE", () => {
  test("happens where it stands, nested, and once", () => {
    const text =
      "[clients]\nA=1\nINCLUDE=One\nA=$A-2\nINCLUDE=one\n[one]\nA=$A-one\nINCLUDE=two\n[two]\nA=$A-two\n";
    expect(valuesOf(text)).toEqual({ A: "1-one-two-2" });
  });

  test("ends where sections include each other", () => {
    expect(valuesOf("[clients]\nINCLUDE=a\n[a]\nINCLUDE=b\nA=1\n[b]\nINCLUDE=a\nINCLUDE=b\nB=1\n")).toEqual({
      B: "1",
      A: "1",
    });
  });

  test("may stand above all sections, name a variable, or nothing that exists", () => {
    expect(valuesOf("G=grp\nINCLUDE=$G\nINCLUDE=nothing\n[grp]\nA=1\n")).toEqual({ G: "grp", A: "1" });
  });

  test("of a section that was taken in before it applies does not apply it again", () => {
    expect(valuesOf("[clients]\nINCLUDE=common\nA=$A-clients\n[common]\nA=$A-common\n")).toEqual({
      A: "-common-clients",
    });
  });
});

test("a section that stands twice: the later replaces the earlier", () => {
  expect(valuesOf("[clients]\nA=1\nB=1\n[Clients]\nA=2\n")).toEqual({ A: "2" });
});

test("a section with shell code is a function for hooks and is not evaluated", () => {
  const body = 'hash="a"\n# don\'t\nusermod -p "$hash" root';
  const settings = settingsOf(
    `[clients]\nPOST_INIT_HASH="section_set_root_hash"\n[Set-Root_Hash]\n\n${body}\n\n[x]\nA=1\n`,
  );
  expect(settings.functions.get("section_set_root_hash")).toBe(body);
  expect(settings.get("hash")).toBeUndefined();
});

test("an INCLUDE of shell code says to use a hook", () => {
  expect(() => settingsOf("[clients]\nINCLUDE=fix\n[fix]\nrm -f /etc/x\n")).toThrow(
    /^ltsp\.conf:4:1: \[fix\] holds shell code \(rm -f \/etc\/x\).*POST_INIT_X="section_fix"/,
  );
});

test("an expansion with ? fails with the message and its place", () => {
  expect(() => settingsOf(`[clients]\nA="\${B:?set B first}"\n`)).toThrow("ltsp.conf:2:4: B: set B first");
});

test("a domain that DHCP sends along is not part of the hostname", () => {
  expect(settingsOf("", { hostname: "pc01.school.example" }).hostname).toBe("pc01");
});

describe("$((…))", () => {
  test.each([
    ["$((1 + 2 * 3))", "7"],
    ["$(( (1 + 2) * 3 ))", "9"],
    ["$((N * 2 + $N))", "9"],
    ["a$((0x10 | 010))b", "a24b"],
    ["$((9223372036854775807 + 1))", "-9223372036854775808"],
    ["$((N > 2 ? N : 1 / 0))", "3"],
    ["$((M = N + 1))$M", "44"],
    ["$(($((1 + 1)) << 2))", "8"],
    ["$((-7 / 2))$((-7 % 3))$((!5))$((~0))", "-3-10-1"],
    ["$((UNSET))", "0"],
  ])("%s is %s", (value, expected) => {
    expect(valuesOf(`N=3\nA="${value}"\n`)).toMatchObject({ A: expected });
  });

  test.each([
    ["1 / 0", "divides by zero"],
    ["08", "octal"],
    ["1 +", "ends too early"],
    ["X", 'X="abc" is no whole number'],
    ["1 2", "has 2 where"],
    ["9223372036854775809", "64 bits"],
    [`${"(".repeat(500)}1${")".repeat(500)}`, "too deep"],
  ])("$((%s)) is refused with its place", (expression, why) => {
    expect(() => settingsOf(`X=abc\nA=$((${expression}))\n`)).toThrow(/^ltsp\.conf:2:/);
    expect(() => settingsOf(`X=abc\nA=$((${expression}))\n`)).toThrow(why);
  });
});

test("$SERVER is what the client boots from, where nothing sets another", () => {
  const text = "[clients]\nFSTAB_A=$SERVER:/home\n";
  expect(valuesOf(text, { server: "192.168.67.1" })).toEqual({ FSTAB_A: "192.168.67.1:/home" });
  expect(valuesOf(`SERVER=10.0.0.1\n${text}`, { server: "192.168.67.1" }).FSTAB_A).toBe("10.0.0.1:/home");
  expect(valuesOf(text)).toEqual({ FSTAB_A: "%{SERVER}:/home" });
});

test("a value's history tells who set it, in which section, and what that replaced", () => {
  const settings = settingsOf("A=1\n[clients]\nINCLUDE=g\nA=3\n[g]\nA=2\n", {
    cmdline: parseCmdline("ltsp.a=0"),
  });
  expect(settings.history("A").map(({ value, line, place }) => [value, line?.section, place()])).toEqual([
    ["0", undefined, "the kernel command line's ltsp.a"],
    ["1", "", "ltsp.conf:1:1"],
    ["2", "g", "ltsp.conf:6:1"],
    ["3", "clients", "ltsp.conf:4:1"],
  ]);
  expect(settings.history("B")).toEqual([]);
});

test("INCLUDEs may be nested deeper than any program's stack", () => {
  const chain = Array.from({ length: 50_000 }, (_, at) => `[g${at}]\nINCLUDE=g${at + 1}\n`).join("");
  expect(valuesOf(`INCLUDE=g0\n${chain}[g50000]\nA=1\n`)).toEqual({ A: "1" });
});

test("a value that doubles line by line is refused before it fills the memory", () => {
  expect(() => settingsOf(`A=x\n${"A=$A$A\n".repeat(60)}`)).toThrow(
    /^ltsp\.conf:19:5: the value gets longer than 128 KiB/,
  );
});

test("%{…} that double are refused too, and empty ones take no time", () => {
  const chain = (end: string) =>
    `${Array.from({ length: 60 }, (_, at) => `A${at}=%{A${at + 1}}%{A${at + 1}}\n`).join("")}A60=${end}\n`;
  expect(() => settingsOf(chain("x")).get("A0")).toThrow(/128 KiB/);
  expect(settingsOf(chain("")).get("A0")).toBe("");
});

test("a client does not take in the server's own sections, which ltsp.img has not", () => {
  const text = "[clients]\nINCLUDE=server\nINCLUDE=ipxe/\n[server]\nA=1\n";
  expect(valuesOf(text)).toEqual({});
  expect(valuesOf(`[common]\n${text.replace("[clients]\n", "")}`, { side: "server" })).toEqual({ A: "1" });
});

test("%{MAC} is the same however the MAC address was spelt", () => {
  for (const mac of ["52-54-00-12-34-56", "01-52-54-00-12-34-56", "525400123456"])
    expect(valuesOf("A=%{MAC}", { mac })).toEqual({ A: "525400123456" });
});
