import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluate } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";
import { ground, numbers, word } from "./assignments.ts";

const directory = mkdtempSync(join(tmpdir(), "ltsp-conf-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** The values that sh gives A with each of the words, undefined where sh refuses the word. */
function valuesOfSh(words: string[]): (string | undefined)[] {
  const script = words.map((one, index) => {
    const file = join(directory, String(index));
    // A file of its own each: a syntax error then ends its subshell only.
    writeFileSync(file, `A=${one}\n`);
    return `( . ${file}; printf '=%s\\0' "$A" ) 2>/dev/null || printf '\\0'\n`;
  });
  const { stdout } = spawnSync("sh", [], { input: ground + script.join(""), encoding: "utf8", env: {} });
  return stdout.split("\0", words.length).map((value) => (value === "" ? undefined : value.slice(1)));
}

const ourValue = (one: string) =>
  evaluate(parseConf(`${ground}A=${one}\n`, "ltsp.conf"), { side: "client" }).get("A");

const byHand = String.raw`
bare
'single $V "q" \n'
"double $V 'q' \n \$V \" \\"
a\ b\'c\"d\\e
'a'"b"c
''
""
"$"
a$
"100%"
a#b
x=y
$V$E$U.
"$V-$U-${"$"}{V}"
${"$"}{U:-default}
${"$"}{E:-default}
${"$"}{E-default}
${"$"}{U+set}${"$"}{V+set}${"$"}{E:+set}
${"$"}{U:-a b  c}
"${"$"}{U:-it's}"
${"$"}{U:-it\'s}
"${"$"}{U:-"a b"}"
${"$"}{U:-${"$"}{E:-${"$"}{V%c}}}
${"$"}{U:-'}'}
"${"$"}{U:-\}}"
${"$"}{U:=new}$U
${"$"}{#V}${"$"}{#U}${"$"}{#E}
${"$"}{V#a}:${"$"}{V##*b}:${"$"}{V%b*}:${"$"}{V%%b*}
${"$"}{V#[!b]}:${"$"}{V%[[:alpha:]]}:${"$"}{V#?}
${"$"}{P#a\*}:${"$"}{P#"a*"}:${"$"}{P#'*'}
${"$"}{V#$P}:${"$"}{V#"$P"}:${"$"}{V##$P}
"${"$"}{V#'a'}":"${"$"}{V#"a"}"
"${"$"}{V#$P}":"${"$"}{P%$P}"
${"$"}{B#$B}:${"$"}{B#"$B"}
${"$"}{V%"${"$"}{V#ab}"}
one\
two
"one\
two"
'one\
two'
$\
V.
`
  .split(/\n(?!two|V\.)/)
  .filter((line) => line !== "");

test("values written by hand are those that sh gives", () => {
  expect(byHand.map((one) => [one, ourValue(one)])).toEqual(
    valuesOfSh(byHand).map((value, index) => [byHand[index], value]),
  );
});

test("values over several lines, with what elsewhere would be headers and comments", () => {
  const words = ['"[Seat:*]\n# no comment\n[clients]\ngreeter-hide-users=true\n"', "'\n'", "a'\n#'b"];
  expect(words.map(ourValue)).toEqual(valuesOfSh(words));
});

test("500 generated values, nested and quoted in every way, are those that sh gives", () => {
  const random = numbers(2);
  const words = Array.from({ length: 500 }, () => word(random));
  const expected = valuesOfSh(words);
  expect(expected.filter((value) => value === undefined)).toEqual([]);
  expect(words.map((one) => [one, ourValue(one)])).toEqual(words.map((one, index) => [one, expected[index]]));
});
