import { expect, test } from "vitest";
import { clientPart } from "../../../conf/client-part.ts";
import { evaluate, type Subject } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";

const text = `# SECRET of the admin's
A=1 # SECRET
[server]
SECRET="one
two"
INCLUDE=passwords
  [Clients] # kept
B='x
# no comment
y'; INCLUDE=group # SECRET
C=1   D=2
[ipxe/52:54:00:12:34:56|server]
SECRET=3
INCLUDE=group
[server|clients2]
C=1
[initrd-bottom/]
D=1
[initrd/]
SECRET=4
[passwords]
SECRET=5
INCLUDE=more
[more]
SECRET=6
[group]
E=1
[hook]
# a comment of a program
echo "$E" # it's kept
[52:54:00:12:34:56]
F=1
# SECRET`;

const part = clientPart(parseConf(text, "ltsp.conf"));

test("clients get no comment, no line of the server's sections and of what only these take in", () => {
  expect(part).not.toMatch(/SECRET|one|two/);
  expect(part.split("\n").filter((line) => line !== "")).toEqual([
    "A=1",
    "[Clients]",
    "B='x",
    "# no comment",
    "y'  INCLUDE=group",
    "C=1   D=2",
    "[server|clients2]",
    "C=1",
    "[initrd-bottom/]",
    "D=1",
    "[group]",
    "E=1",
    "[hook]",
    "# a comment of a program",
    'echo "$E" # it\'s kept',
    "[52:54:00:12:34:56]",
    "F=1",
  ]);
});

test("every line is where the admin has it", () => {
  for (const line of ["A=1", "E=1", "F=1"]) {
    const lines = (of: string) => of.split("\n").findIndex((one) => one.startsWith(line));
    expect(lines(part)).toBe(lines(text));
  }
});

test("a client reads the same from its part as from the whole", () => {
  for (const machine of [{}, { mac: "52:54:00:12:34:56" }, { hostname: "group" }, { hostname: "clients2" }]) {
    const subject: Subject = { side: "client", applet: "init", ...machine };
    const settings = (of: string) => evaluate(parseConf(of, "ltsp.conf"), subject);
    expect([...settings(part).entries()]).toEqual([...settings(text).entries()]);
    expect(settings(part).functions).toEqual(settings(text).functions);
  }
});

test("with an INCLUDE that depends on a variable, clients get all groups", () => {
  const dynamic = clientPart(
    parseConf("[server]\nINCLUDE=a\n[clients]\nINCLUDE=$X\n[a]\nA=1\n", "ltsp.conf"),
  );
  expect(dynamic).toContain("A=1");
});
