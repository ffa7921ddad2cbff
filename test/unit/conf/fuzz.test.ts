import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { checkConf } from "../../../conf/check/check.ts";
import { type Diagnostic, formatDiagnostic } from "../../../conf/diagnostic.ts";
import { evaluate, type Subject } from "../../../conf/evaluate.ts";
import { Failure } from "../../../conf/failure.ts";
import { type Conf, parseConf, parseWithErrors } from "../../../conf/parse.ts";
import { numbers } from "./assignments.ts";
import { mutated, randomText, seeds } from "./mutate.ts";

// Vitest's hundred calls per error take more time than all else here.
Error.stackTraceLimit = 4;

const client: Subject = {
  side: "client",
  mac: "52:54:00:12:34:56",
  ip: "192.168.67.20",
  hostname: "pc01",
  applet: "init",
};
const server: Subject = { side: "server", applet: "ipxe" };
const facts = { users: ["teacher", "guest20"], hasUser: (name: string) => name === "teacher", mode: 0o644 };

/** What is wrong with what was thrown: a Failure names a place that the text has. */
function wrongFailure(text: string, error: unknown): string | undefined {
  if (!(error instanceof Failure)) return `not a Failure: ${error instanceof Error ? error.stack : error}`;
  const [, line, column] = /^ltsp\.conf:(\d+):(\d+)$/.exec(error.on) ?? [];
  const written = text.split(/\r\n|\r|\n/)[Number(line) - 1];
  // One behind the last character is where something is missing.
  if (written === undefined || !(Number(column) >= 1 && Number(column) <= [...written].length + 1))
    return `no such place: ${error.message}`;
  return error.why !== "" && error.remedy ? undefined : `says nothing: ${error.message}`;
}

function wrongDiagnostic(
  text: string,
  { offset, why, remedy }: Omit<Diagnostic, "severity">,
): string | undefined {
  if (offset >= 0 && offset <= text.length && why !== "" && remedy !== "") return undefined;
  return `odd: at ${offset}: ${why}. ${remedy}`;
}

/** What is wrong with how an action ends: with a value or a Failure. */
function wrongEnd(text: string, action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return wrongFailure(text, error);
  }
}

function useAll(conf: Conf): void {
  evaluate(conf, client).toShell();
  const settings = evaluate(conf, server);
  for (const [name] of settings.entries()) settings.place(name);
  settings.family("IPXE_");
}

/** What is wrong with what we make of a text; undefined for any text. */
function wrong(text: string): string | undefined {
  const { conf, errors } = parseWithErrors(text, "ltsp.conf");
  const { diagnostics } = checkConf(text, "ltsp.conf", facts);
  const source = conf.source.text;
  const odd =
    firstOf(errors, (error) => wrongDiagnostic(source, error) ?? wrongFailure(text, error)) ??
    firstOf(diagnostics, (diagnostic) => wrongDiagnostic(source, diagnostic));
  if (odd !== undefined) return odd;
  // Each shows its line, which may be all of the text.
  for (const diagnostic of diagnostics.slice(0, 20)) formatDiagnostic(conf.source, diagnostic);
  if (errors.length === 0) return wrongEnd(text, () => useAll(conf));
  if (diagnostics.every(({ severity }) => severity !== "error"))
    return "checkConf does not tell of the errors";
  return wrongEnd(text, () => {
    parseConf(text, "ltsp.conf");
    throw new Error("parseConf takes what parseWithErrors does not");
  });
}

function firstOf<T>(list: readonly T[], look: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is wrong with a text that `wrong` itself may not survive. */
function wrongOrCrash(text: string): string | undefined {
  try {
    return wrong(text);
  } catch (error) {
    return (error instanceof Error && error.stack) || String(error);
  }
}

const patience = 60_000;

/** The first text that something is wrong with, and what. */
function firstWrong(texts: readonly string[]): { text: string; found: string } | undefined {
  let at = 0;
  let found: string | undefined;
  const look = () => {
    for (at = 0; at < texts.length && found === undefined; at++) found = wrongOrCrash(texts[at] ?? "");
  };
  try {
    // Vitest's own timeout does not stop a loop that never waits.
    runInNewContext("look()", { look }, { timeout: patience });
  } catch (error) {
    at++;
    found = `does not end: ${error}`;
  }
  return found === undefined ? undefined : { text: texts[at - 1] ?? "", found };
}

test("the files that mutations start from are right, but for the two that shall not be", () => {
  expect(firstWrong(seeds)).toBeUndefined();
  const refused = seeds.filter((text) => parseWithErrors(text, "ltsp.conf").errors.length > 0);
  expect(refused).toEqual([seeds[6], seeds[11]]);
});

test("100,000 random and mutated files: no crash, no hang, no error without a position", {
  timeout: 300_000,
}, () => {
  const random = numbers(11);
  for (let chunk = 0; chunk < 100; chunk++) {
    const texts = Array.from({ length: 1000 }, (_, at) =>
      at % 5 === 0 ? randomText(random) : mutated(random),
    );
    expect(firstWrong(texts)).toBeUndefined();
  }
});

const count = (times: number, make: (index: number) => string) =>
  Array.from({ length: times }, (_, index) => make(index)).join("");

/** Texts that are small for what they ask, or large and all alike. */
const hard: [string, string][] = [
  ["a value that doubles", `A=ab\n${"A=$A$A\n".repeat(60)}`],
  ["a late value that doubles", `A0=ab\n${count(60, (n) => `A${n + 1}="%{A${n}}%{A${n}}"\n`)}`],
  [
    "a late value that doubles, in quotes",
    `A0=ab\n${count(60, (n) => `A${n + 1}="%{X:-%{A${n}}%{A${n}}}"\n`)}`,
  ],
  ["INCLUDE in INCLUDE", `INCLUDE=s0\n${count(20_000, (n) => `[s${n}]\nINCLUDE=s${n + 1}\n`)}`],
  ["INCLUDE of everything everywhere", count(300, (n) => `[s${n}]\n${count(300, (m) => `INCLUDE=s${m}\n`)}`)],
  ["INCLUDE of nothing", count(5000, (n) => `[group${n}]\nINCLUDE=grup${n}\n`)],
  ["a late value of a late value", count(20_000, (n) => `A${n}=%{A${n + 1}}\n`)],
  ["late values of each other", count(200, (n) => `A${n}="${count(200, (m) => `%{A${m}}`)}"\n`)],
  ["late values not closed", `A="${"%{A".repeat(10_000)}"\n`],
  ["late trims not closed", `A="${"%{A%{A".repeat(10_000)}"\n`],
  ["late words not closed", `A="${"%{A:-".repeat(10_000)}"\n`],
  ["late words, closed", `A="${"%{B:-".repeat(10_000)}${"}".repeat(10_000)}"\n`],
  ["its own value", "A=%{A:-%{A}}\nHOSTNAME=%{HOSTNAME}x\n"],
  ["command substitutions not closed", 'A="$('.repeat(50_000)],
  ["command substitutions in each other", `A=${"$(".repeat(50_000)}`],
  ["backquotes", `A=${"`".repeat(50_001)}`],
  ["expansions not closed", `A=${"${A:-".repeat(50_000)}`],
  ["expansions in quotes, not closed", 'A="${A:-'.repeat(50_000)],
  ["quotes in expansions", `A=${'"${A:-'.repeat(99)}${'}"'.repeat(99)}`],
  ["calculations not closed", `A=${"$((".repeat(50_000)}`],
  ["parentheses not closed", `A=$((${"(".repeat(100_000)}`],
  ["parentheses", `A=$((${"(".repeat(50_000)}1${")".repeat(50_000)}))`],
  ["a long sum", `A=$((0${"+1".repeat(100_000)}))`],
  ["a long choice", `A=$((${"0?1:".repeat(50_000)}2))`],
  ["a long assignment", `A=$((${"A=".repeat(50_000)}2))`],
  ["many signs", `A=$((${"- ".repeat(100_000)}2))`],
  ["a long trim", `A=${"a".repeat(100_000)}\nB=\${A#*b}\${A%%b*}\${A##*[!a]*}\${A%?b}\n`],
  [
    "a trim with many stars",
    `A=${"a".repeat(5000)}\nB=\${A##${"*a".repeat(100)}*b}\${A%%b${"*a".repeat(100)}*}\n`,
  ],
  ["a trim by a long pattern", `A=${"a".repeat(20_000)}\nB=\${A#$A}\${A%$A}\${A##"$A"b}\n`],
  [
    "a long line of spaces",
    `A=1\n${" ".repeat(200_000)}\nB=1${" ".repeat(200_000)}x\nC =${"\t".repeat(200_000)}y`,
  ],
  ["spaces behind names", count(200, () => `A${" ".repeat(1000)}`)],
  ["brackets", "[".repeat(200_000)],
  ["brackets that close", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ["lines of one bracket", "[\n".repeat(100_000)],
  ["closing brackets", `[${"]".repeat(200_000)}`],
  ["a section's name of brackets", `[${"[a-".repeat(50_000)}]`],
  ["double quotes", '"'.repeat(200_001)],
  ["single quotes", "'".repeat(200_001)],
  ["backslashes", `A=${"\\".repeat(200_001)}`],
  ["lines that continue", `A=1${"\\\n".repeat(100_000)}B=2`],
  ["semicolons", `A=1${";".repeat(200_000)}`],
  ["number signs", `A=1 ${"#".repeat(200_000)}\n${"# \n".repeat(100_000)}`],
  ["a long name", "A".repeat(200_000)],
  ["a long name with a value", `${"A".repeat(200_000)}=1`],
  ["many names", `A=1 ${"A ".repeat(100_000)}`],
  ["assignments in one line, then a command", `${"A=1 ".repeat(50_000)}x`],
  ["assignments in one section, then a command", `[x]\n${"A=1\nB=$A\n".repeat(50_000)}x\n`],
  ["lines that are nothing", "x y z\n".repeat(100_000)],
  ["values with spaces", "A=x y z\n".repeat(100_000)],
  ["sections with a mistake", count(20_000, (n) => `[s${n}]\nA=x y\n`)],
  ["sections with an open quote", count(20_001, (n) => `[s${n}]\nA="x\n`)],
  ["sections with an open single quote", count(20_001, (n) => `[s${n}]\nA='x\nB=it\n`)],
  ["sections with an open expansion", count(20_000, (n) => `[s${n}]\nA=\${A:-\n`)],
  ["sections with an open substitution", count(20_000, (n) => `[s${n}]\nA=$(\n`)],
  ["headers not closed", count(20_000, (n) => `[s${n}\nA=1\n`)],
  ["sections of code", count(10_000, (n) => `[s${n}]\necho "$(id)" \${A:-'}'}\n`)],
  ["here-documents without end", `[x]\n${"cat <<EOF\n".repeat(20_000)}`],
  ["here-documents in one line", `[x]\ncat ${"<<E ".repeat(20_000)}\n${"E\n".repeat(10_000)}`],
  ["sections of one name", "[x]\nA=1\n".repeat(20_000)],
  [
    "sections of one MAC address",
    "[52:54:00:12:34:56]\n[52-54-00-12-34-56]\n[525400123456]\nA=1\n".repeat(5000),
  ],
  ["sections by glob", count(5000, (n) => `[*x${n}*]\nA=1\n[52:54:*:${n}]\nA=1\n`)],
  [
    "sections hidden by a glob",
    `[52:54:00:*]\n${count(5000, (n) => `[52:54:00:00:00:${n.toString(16)}]\nA=1\n[192.168.67.${n}]\n`)}`,
  ],
  ["a section's name with many stars", `[${"*a".repeat(20_000)}*b]\nA=1\n[pc${"*".repeat(50_000)}]\nA=2\n`],
  ["a section of many names", `[${"a|".repeat(50_000)}pc01]\nA=1\n[${count(20_000, (n) => `x${n}*|`)}y]\n`],
  ["unknown parameters", count(5000, (n) => `FSTABX${n}=1\nHOSTNAM${n}=2\n`)],
  ["a family", `[clients]\n${count(20_000, (n) => `FSTAB_${n}="a b c"\n`)}`],
  ["typographic quotes", `A=${"“”".repeat(50_000)}`],
  ["lines of Windows", "A=1\r\n".repeat(50_000)],
  ["carriage returns", `A=1${"\r".repeat(200_000)}`],
  ["byte order marks", "\uFEFF".repeat(200_000)],
  ["what is no text", "\0\uD800\uDC00\uDC00".repeat(50_000)],
];

test.each(hard)("ends by itself: %s", { timeout: 2 * patience }, (_, text) => {
  const found = firstWrong([text, `[clients]\n${text}`, text.slice(0, -1)])?.found;
  expect(found).toBeUndefined();
});
