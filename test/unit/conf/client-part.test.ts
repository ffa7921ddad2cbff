import { expect, test } from "vitest";
import { clientPart } from "../../../conf/client-part.ts";
import { evaluate } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";

const text = `# top
A=1
[server]
SECRET="one
two"
  [Clients] # kept
B=1
[ipxe/52:54:00:12:34:56|server]
SECRET=3
[server|clients]
C=1
[initrd-bottom/]
D=1
[initrd/]
SECRET=4`;

test("clients get no line of the server's sections, and every other line at its place", () => {
  const part = clientPart(parseConf(text, "ltsp.conf"));
  expect(part).not.toMatch(/SECRET|one|two/);
  expect(part.split("\n").filter((line) => line !== "")).toEqual([
    "# top",
    "A=1",
    "  [Clients] # kept",
    "B=1",
    "[server|clients]",
    "C=1",
    "[initrd-bottom/]",
    "D=1",
  ]);
  expect(part.split("\n").indexOf("B=1")).toBe(text.split("\n").indexOf("B=1"));
});

test("a client reads the same from its part as from the whole", () => {
  const conf = parseConf(text, "ltsp.conf");
  const part = parseConf(clientPart(conf), "ltsp.conf");
  const subject = { side: "client" as const, applet: "init" };
  expect([...evaluate(part, subject).entries()]).toEqual([...evaluate(conf, subject).entries()]);
});
