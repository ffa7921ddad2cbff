import { expect, test } from "vitest";
import { checkConf } from "../../../conf/check/check.ts";
import { evaluate } from "../../../conf/evaluate.ts";
import { parameters } from "../../../conf/parameters.ts";
import { parseConf } from "../../../conf/parse.ts";
import { template } from "../../../conf/template.ts";

const written = template();
/** As an admin has it who takes the # off every line that can be used. */
const uncommented = written.replace(/^#(?! |$)/gm, "");

const client = { side: "client", applet: "init", mac: "52:54:00:12:34:56", ip: "192.168.67.20" } as const;
const server = { side: "server", applet: "ipxe" } as const;

test("as it is written it sets nothing", () => {
  const conf = parseConf(written, "ltsp.conf");
  for (const subject of [client, server]) expect([...evaluate(conf, subject).names()]).toEqual([]);
});

test("with every # taken off, it is right, and does what its comments say", () => {
  const conf = parseConf(uncommented, "ltsp.conf");
  expect(checkConf(uncommented, "ltsp.conf").diagnostics).toEqual([]);
  expect(evaluate(conf, client).hostname).toBe("pc01");
  expect(evaluate(conf, { ...client, mac: "52:54:00:00:00:01" }).hostname).toBe("pc20");
  expect(evaluate(conf, client).get("OMIT_FUNCTIONS")).toBe("hosts");
  expect(evaluate(conf, client).functions.get("section_greet")).toContain("Welcome");
  expect(evaluate(conf, server).get("MENU_TIMEOUT")).toBe("3000");
});

test("it shows no parameter that does nothing yet", () => {
  for (const { name, planned } of parameters) {
    if (planned) expect(written).not.toMatch(new RegExp(`^#${name.replace(/_x$/, "_\\w+")}=`, "m"));
  }
});

test("it is short enough to be read, and fits an editor's window", () => {
  const lines = written.split("\n");
  expect(lines.length).toBeLessThan(80);
  expect(lines.filter((line) => line.length > 115)).toEqual([]);
});
