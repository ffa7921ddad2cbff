import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { evaluate } from "../../../conf/evaluate.ts";
import { Failure } from "../../../conf/failure.ts";
import { parseConf } from "../../../conf/parse.ts";
import {
  arithmeticWord,
  assignmentsFile,
  fileVariables,
  ground,
  numbers,
  one,
  type Random,
  word,
} from "./assignments.ts";

/** The values of some variables after a file was read; "refused" if it cannot be; "disputed" between shells. */
type Verdict = Record<string, string> | "refused" | "disputed";

const busybox = "/usr/bin/busybox";
const shells = [["sh"], ...(existsSync(busybox) ? [[busybox, "sh"]] : [])];

// Thousands of files are a matter of seconds.
vi.setConfig({ testTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), "ltsp-conf-"));
/** Where a broken file may write to: `A=a >b` does. */
const playground = join(directory, "playground");
mkdirSync(playground);
afterAll(() => rmSync(directory, { recursive: true }));

/** What the shells make of files. All files are read by one process, each in a subshell. */
function verdictsOfSh(texts: string[], names: string[]): Verdict[] {
  const files = texts.map((text, index) => {
    const file = join(directory, String(index));
    writeFileSync(file, text);
    return file;
  });
  const [first = [], ...others] = shells.map((shell) => verdictsOf(shell, files, names));
  return first.map((verdict, index) =>
    others.every((other) => JSON.stringify(other[index]) === JSON.stringify(verdict)) ? verdict : "disputed",
  );
}

function verdictsOf([program = "", ...options]: string[], files: string[], names: string[]): Verdict[] {
  const fields = names.map((name) => `"\${${name}+=$${name}}"`).join(" ");
  const refused = names.map(() => "refused").join(" ");
  const lines = files.map(
    (file) => `( . ${file} && printf '%s\\0' ${fields} ) </dev/null || printf '%s\\0' ${refused}\n`,
  );
  const { stdout } = spawnSync(program, options, {
    // A name that is no command, as in a file that lost a quote, is refused without a search.
    // (busybox finds its own ones, and its bc would read the rest of this script.)
    input: `PATH=\nexec 2>/dev/null\n${lines.join("")}`,
    cwd: playground,
    env: {},
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const values = stdout.split("\0");
  if (values.length !== files.length * names.length + 1) throw new Error(`${program} did not read all files`);
  return files.map((_, file) => {
    const own = values.slice(file * names.length, (file + 1) * names.length);
    return own.includes("refused")
      ? "refused"
      : Object.fromEntries(names.flatMap((name, at) => (own[at] ? [[name, own[at].slice(1)]] : [])));
  });
}

function ourVerdict(text: string, names: string[]): Verdict {
  try {
    const settings = evaluate(parseConf(text, "ltsp.conf"), { side: "client" });
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = settings.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  } catch (error) {
    if (error instanceof Failure && /^ltsp\.conf:\d+:\d+: /.test(error.message)) return "refused";
    throw error;
  }
}

const names = [...fileVariables, "P", "B", "S", "Q", "L", "Z"];
const asA = (value: string) => `${ground}A=${value}\n`;
const generated = (count: number, seed: number, make: (random: Random) => string) => {
  const random = numbers(seed);
  return Array.from({ length: count }, () => make(random));
};

/** Expects of each file what the shells make of it, as far as they agree; how many they refuse, and dispute. */
function expectAsSh(texts: string[]): { disputed: number; refused: number } {
  const expected = verdictsOfSh(texts, names);
  const agreed = texts.flatMap((text, index) => {
    const verdict = expected[index] ?? "disputed";
    return verdict === "disputed" ? [] : [{ text, verdict }];
  });
  // Above all sections, and in a section.
  const different = agreed.flatMap(({ text, verdict }) =>
    ["", "[clients]\n"].flatMap((header) => {
      const ours = ourVerdict(header + text, names);
      return JSON.stringify(ours) === JSON.stringify(verdict)
        ? []
        : [{ text: header + text, ours, sh: verdict }];
    }),
  );
  expect(different.slice(0, 3)).toEqual([]);
  const refused = agreed.filter(({ verdict }) => verdict === "refused").length;
  return { disputed: texts.length - agreed.length, refused };
}

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
é"é"'é'\é
${"$"}{U:-é}"${"$"}{U:-é}"
~
~/x:~
"~"\~
a~:~b
$#$?$1"$#"${"$"}{#}
a$"b"$
# no comment
#no comment
`
  .split(/\n(?!two|V\.)/)
  .filter((line) => line !== "");

test("values written by hand are those that sh gives", () => {
  expect(expectAsSh(byHand.map(asA)).disputed).toBe(0);
});

test("values over several lines, with what elsewhere would be headers and comments", () => {
  const words = [
    '"[Seat:*]\n# no comment\n[clients]\ngreeter-hide-users=true\n"',
    "'\n'",
    "a'\n#'b",
    "x\\\n[a]",
  ];
  expect(expectAsSh(words.map(asA))).toEqual({ disputed: 0, refused: 0 });
});

test("a backslash before any ASCII character, and the character itself in quotes", () => {
  const ascii = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1));
  // Which is the line end of another system here.
  const characters = ascii.filter((one) => one !== "\r");
  const words = characters.flatMap((one) => [
    `a\\${one}b`,
    `"a\\${one}b"`,
    `"a${one}b"`,
    `'a${one}b'`,
    `\${U:-a\\${one}b}`,
    `"\${U:-a\\${one}b}"`,
    `"\${U:-"a\\${one}b"}"`,
    `\${U:-"a\\${one}b"}`,
    `X'a${one}b'\${V#\\${one}}\${U:-'${one}'}`,
    `\${P#\\${one}}\${P#a\\${one}}"\${P%\\${one}}"`,
  ]);
  const { disputed, refused } = expectAsSh(words.map(asA));
  expect(disputed).toBeLessThan(10);
  expect(refused).toBeLessThan(30);
});

test("3000 generated values, nested and quoted in every way, are those that sh gives", () => {
  const { disputed, refused } = expectAsSh(generated(3000, 2, word).map(asA));
  expect(disputed).toBeLessThan(60);
  expect(refused).toBeLessThan(300);
});

test("2000 generated calculations have the results of sh", () => {
  const { disputed, refused } = expectAsSh(generated(2000, 3, arithmeticWord).map(asA));
  expect(disputed).toBeLessThan(100);
  expect(refused).toBeLessThan(300);
});

test("calculations written by hand", () => {
  const expressions = String.raw`
1+2*3	(1+2)*3	7/2	-7/2	-7%3	7%-3	- -1	!0	!5	~0	1<<4	-1>>1	0x7fffffffffffffff+1	9223372036854775807*3
1<2	2<=2	3>4	3>=4	1==1	1!=1	6&3	6|3	6^3	1&&0	0||2	1?2:3	0?2:3	1?2:0?3:4	0?1:0?2:3	1?0?2:3:4	2+3?4:5
N	$N	-N	- $M	N+M	U	E	N=5	N+=2	N=M=4	(N<<=2)+N	0x10	0X1F	010	0	00	H+O	1 ? N=2 : 3
08	0x	1.5	1 2	abc	V	$V	1+	*2	()	(1	1)	1//2	1/0	1%0	1<<	=3	5=3	1?2	1:2	@	'1'	N=	$S
"1"	${"$"}{#V}	${"$"}{U:-3}+1	$((1+1))*2	1\
+1	-9223372036854775807-1	9223372036854775808	1<2<3	3-2-1	2*3%4	1|2^3&4	1==1!=0	!1+1	~1+1	-1-1	1?2:3,4	(M=1<<63)&M	M=~9223372036854775807
`
    .trim()
    .split(/[\t\n](?!\+1)/);
  const texts = expressions.flatMap((text) => [asA(`$((${text}))`), asA(`"$(( ${text} ))."$N`)]);
  expect(expectAsSh(texts).disputed).toBeLessThan(20);
});

test("2000 generated files of assignments that use each other leave the values that sh has at the end", () => {
  const { disputed, refused } = expectAsSh(generated(2000, 4, assignmentsFile));
  expect(disputed).toBeLessThan(100);
  expect(refused).toBeLessThan(500);
});

/** Without one of its characters, or with one more. */
function broken(random: Random, text: string): string {
  const at = random(text.length + 1);
  return random(2) === 0
    ? text.slice(0, at) + text.slice(at + 1)
    : text.slice(0, at) + one(random, [..."'\"`$\\ \n;{}()"]) + text.slice(at);
}

/** What means something else here (spaces behind `=`, `$$`, `$-`, `$0`), or what dash gets wrong (see untilded). */
const ownWay = /^[ \t]|\$\{?[-$0]|[-=?+]~/;
/** In a value, this is expanded late. */
const late = /%\{[A-Z]/;

test("of 3000 values with a mistake, each is refused, or has the value that sh gives", () => {
  const values = generated(3000, 5, (random) => broken(random, word(random)));
  const texts = values.filter((value) => !ownWay.test(value)).map(asA);
  const verdicts = verdictsOfSh(texts, names);
  const judged = texts.flatMap((text, index) => {
    const sh = verdicts[index] ?? "disputed";
    if (sh === "disputed" || (sh !== "refused" && late.test(sh.A ?? ""))) return [];
    return [{ text, sh, ours: ourVerdict(text, names) }];
  });
  const accepted = judged.filter(({ ours }) => ours !== "refused");
  expect(accepted.filter(({ ours, sh }) => JSON.stringify(ours) !== JSON.stringify(sh)).slice(0, 5)).toEqual(
    [],
  );
  expect(accepted.length).toBeGreaterThan(1000);
  // Something that only sh takes is a command, such as in `A=a :` or in $(:).
  expect(judged.filter(({ ours, sh }) => ours === "refused" && sh !== "refused").length).toBeLessThan(100);
  expect(judged.filter(({ sh }) => sh === "refused").length).toBeGreaterThan(500);
});

const refused = `" ' a'b "a \${ \${V \${V:- "\${V:-a" \${V:-'} \${U?} \${U:?none} \${E:?} \${1=a} \${#V \${} \${V^} $((1/0)) $((1
  $((1) ( ) a(b a;; a|b a&&b ;; a( a) $(( $( \``;

test.each(refused.split(/\s+/))("sh refuses A=%s, and so do we", (value) => {
  const texts = [asA(value)];
  expect(verdictsOfSh(texts, names)).toEqual(["refused"]);
  expect(ourVerdict(asA(value), names)).toBe("refused");
});

test("characters are characters, as in an sh of a UTF-8 locale, and not bytes", () => {
  const value = `\${#W}:\${W#?}:\${W%?}:\${W#[é]}:\${W%%[!é]*}`;
  expect(ourVerdict(`W=é😀x\nA="${value}"\n`, ["A"])).toEqual({ A: "3:😀x:é😀:😀x:é" });
});
