import { expect, test } from "vitest";
import { parseCmdline } from "../../../conf/cmdline.ts";
import { evaluate } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";
import { numbers, one, type Random } from "./assignments.ts";
import { type Line, type ModelSection, type ModelSubject, modelValues } from "./sections-model.ts";

const macs = ["52:54:00:12:34:56", "52:54:00:12:34:57", "aa:bb:cc:dd:ee:ff"];
const ips = ["192.168.67.20", "192.168.67.21", "10.0.0.20"];
const hostnames = ["ltsp20", "pc20", "pc01", "pc-525400123456", "lab"];

const titles = `
52:54:00:12:34:56 52-54-00-12-34-56 525400123456 5254.0012.3456 AA:BB:CC:DD:EE:FF aa-bb-cc-dd-ee-ff AABB.CCDD.EEFF
52:54:00:* 52-54-00-* 525400* 5254.00* AA:* *:ff *56 52:54:00:12:34:5[67] 52:54:00:12:34:5[!7] ??:??:??:??:??:??
192.168.67.20 192.168.67.* 192.168.*.20 *.20 10.0.0.?? 192.168.67.2[0-9]
pc01 PC01 pc* pc?? pc[0-9][0-9] pc-525400123456 pc-* ltsp20 ltsp* lab
clients server common Clients COMMON grp1 grp2 GRP2 grp3 grp*
init/ init/pc01 init/pc* init/52:54:00:12:34:56 init/52-54-00-* init/192.168.67.* init/lab ipxe/ ipxe/aa:* initrd-bottom/
initrd-bottom/pc* initrd-bottom/192.168.67.20 init/* *
pc01|pc20 52:54:00:12:34:57|192.168.67.20 grp1|grp2 lab|init/ init/pc01|grp3 AA:BB:*|10.* server|pc01 pc01_|_52:54:00:* grp1_|_grp3_|_lab
`
  .trim()
  .split(/\s+/)
  .map((title) => title.replaceAll("_", " "));

const included = [
  ..."grp1 grp2 Grp3 grp9 common COMMON pc01 52:54:00:12:34:56 192.168.67.20 nothing lab 52-54-00-12-34-56 525400123456 AA:BB:CC:DD:EE:FF $G".split(
    " ",
  ),
];
const names = ["pc01", "pc%{IP}", "pc-%{MAC}", "lab", "PC20", "", "ltsp%{IP}"];

/** Some lines, most of which leave their mark in ORDER: which sections were evaluated, and when. */
function lines(random: Random, mark: string): Line[] {
  const marked = (index: number): Line => ({ name: "ORDER", text: `$ORDER ${mark}.${index}` });
  return Array.from({ length: 1 + random(4) }, (_, index): Line => {
    const kind = random(10);
    if (kind === 0) return { name: "HOSTNAME", text: one(random, names) };
    if (kind <= 2) return { name: "INCLUDE", text: one(random, included) };
    if (kind === 3)
      return {
        name: one(random, ["A", "B"]),
        text: one(random, ["x", "$A$B", "$HOSTNAME", "%{IP}", "%{MAC}."]),
      };
    if (kind === 4) return { name: "G", text: one(random, ["grp1", "grp2", "$G", ""]) };
    return marked(index);
  });
}

function randomFile(random: Random): ModelSection[] {
  // Few titles, so that they meet often.
  const own = Array.from({ length: 3 + random(10) }, () => one(random, titles));
  const sections = Array.from({ length: random(14) }, (_, index) => ({
    title: random(6) === 0 ? one(random, ["clients", "common", "server", "grp1", "grp2"]) : one(random, own),
    lines: lines(random, String(index)),
  }));
  return [{ title: "", lines: random(2) === 0 ? [] : lines(random, "top") }, ...sections];
}

function randomSubject(random: Random): ModelSubject {
  const often = <T>(list: T[]): T | undefined => (random(4) > 0 ? one(random, list) : undefined);
  const seldom = <T>(list: T[]): T | undefined => (random(4) === 0 ? one(random, list) : undefined);
  const given = {
    mac: often(macs),
    ip: often(ips),
    hostname: seldom(hostnames),
    applet: often(["init", "init", "ipxe", "login"]),
    cmdline: seldom([
      new Map([["ORDER", "cmdline"]]),
      new Map([["HOSTNAME", "pc01"]]),
      new Map([
        ["G", "grp1"],
        ["A", "from the cmdline"],
      ]),
    ]),
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { side: random(4) === 0 ? "server" : "client", ...Object.fromEntries(known) };
}

/** The file as an administrator could write it. */
function written(random: Random, sections: ModelSection[]): string {
  const line = ({ name, text }: Line) => {
    const value = /[ %]/.test(text) || random(2) === 0 ? `"${text}"` : text;
    const space = random(8) === 0 ? " " : "";
    return `${one(random, ["", "", "  ", "\t"])}${name}${space}=${space}${value}${one(random, ["", "", " # comment", " "])}\n`;
  };
  return sections
    .map(({ title, lines: body }) => {
      const header =
        title === "" ? "" : `${one(random, ["", "", " "])}[${title}]${one(random, ["", "", " # it's"])}\n`;
      return header + body.map(line).join(one(random, ["", "", "\n", "# [clients]\n"]));
    })
    .join(one(random, ["", "\n"]));
}

/** What else the system may call a machine. */
const otherSpellings: Record<string, string> = {
  "52:54:00:12:34:56": "01-52-54-00-12-34-56",
  "aa:bb:cc:dd:ee:ff": "AA-BB-CC-DD-EE-FF",
  pc01: "pc01.school.example",
};
const respelt = (name: string) => otherSpellings[name] ?? name;

function evaluated(text: string, subject: ModelSubject): Record<string, string> {
  const { cmdline, mac, hostname, ...others } = subject;
  const words = [...(cmdline ?? [])].map(([name, value]) => `ltsp.${name.toLowerCase()}="${value}"`);
  const conf = parseConf(text, "ltsp.conf");
  return Object.fromEntries(
    evaluate(conf, {
      ...others,
      ...(mac && { mac: respelt(mac) }),
      ...(hostname && { hostname: respelt(hostname) }),
      cmdline: parseCmdline(`quiet ${words.join(" ")} splash`),
    }).entries(),
  );
}

const sorted = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).sort());

test("of 4000 generated files, the sections that apply to a machine are those of the model, in its order", () => {
  const random = numbers(7);
  let applied = 0;
  for (let count = 0; count < 4000; count++) {
    const sections = randomFile(random);
    const text = written(random, sections);
    for (let subjects = 0; subjects < 3; subjects++) {
      const subject = randomSubject(random);
      const expected = sorted(modelValues(sections, subject));
      const values = sorted(evaluated(text, subject));
      expect({ text, subject, values }).toEqual({ text, subject, values: expected });
      applied += (expected.ORDER ?? "").split(" ").length - 1;
    }
  }
  expect(applied).toBeGreaterThan(12_000);
});
