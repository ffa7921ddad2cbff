/** A source of numbers in [0, n). */
export type Random = (n: number) => number;

/** A small generator of numbers in [0, n), the same on every run (mulberry32). */
export function numbers(seed: number): Random {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

/** One of a list. */
export function one<T>(random: Random, list: readonly T[]): T {
  const chosen = list[random(list.length)];
  if (chosen === undefined) throw new Error("an empty list");
  return chosen;
}

const list = (text: string) => text.trim().split(/ +/);

/** Variables that generated assignments expand: ordinary, empty, unset (U), with characters of patterns, numbers. */
export const ground = String.raw`V=abcabc
E=
P='a*'
B='a\*b'
S='x  y '
Q="it's \"so\""
L='one
[two]
# three'
N=7 M=-3 Z=0 H=0x1F O=017
`;

/** Where a piece of a word stands, which decides on the quotes and characters that mean something there. */
type Place = "bare" | "quotes" | "braces" | "braces in quotes" | "pattern";

interface Context {
  random: Random;
  place: Place;
  depth: number;
  /** Variables whose values are texts. */
  texts: readonly string[];
  /** Variables whose values are numbers, or nothing. */
  integers: readonly string[];
}

const numbersOfGround = list("N M Z H O");
const bare = list("a a abc abc b b # = {a % @ * ? ! : ~ , - ^ ] $. $/");
// (Without ~: behind one at a word's start, dash and busybox drop the rest of the value if the word is not needed.)
const untilded = bare.filter((text) => text !== "~");
const spaced = [...untilded, " ", "  ", "\t", ";", "&", "|", "(", ")", "\n[c]", "\n#"];
const inQuotes = [...list("' ; ( | & < > ~"), "  ", "\n", "\n[clients]\n", "\n# it's"];
const inSingleQuotes = [...spaced, '"', "$V", "\\", "}"];
const sets = list("[ab] [!a] [^b] [a-c] []a] [!]a] [[:alpha:]] [![:space:]] [[:digit:]b]");
const oddSets = list(String.raw`[ [] [a [! [a- [-a] [a-] [[:upper:]] [\]a] ['a'b] [*] [b-a] [[] [a\-c]`);
const choices = list("- :- + :+ = :=");
const trims = list("# ## % %%");
const special = list("$# $? $1 $9a $@ $* {#} {?} {1} {10} {1:-a} {9+a}").map((text) =>
  text.replace(/^{/, "${"),
);
const escaped = [...list(String.raw`\ " $ a * } [ ] #`), "`", "\n"];

const isQuoted = ({ place }: Context) => place === "quotes" || place === "braces in quotes";
const inside = (context: Context, place: Place): Context => ({ ...context, place, depth: context.depth + 1 });

/** Now and then a backslash and a newline, which sh takes out. */
const joint = (random: Random) => (random(60) === 0 ? "\\\n" : "");
const joined = (random: Random, text: string) => text.split("").join(joint(random));

/** A random word of an assignment as a person could write it, with every kind of quoting and expansion. */
export function word(random: Random): string {
  const texts = list("V E U P B S Q L");
  const context: Context = {
    random,
    place: "bare",
    depth: 0,
    texts,
    integers: [...numbersOfGround, "U", "E"],
  };
  return pieces(context, 1);
}

/** A random `$((…))`. */
export function arithmeticWord(random: Random): string {
  const integers = [...numbersOfGround, "U", "E"];
  return arithmetic({ random, place: "bare", depth: 0, texts: ["V", "S"], integers });
}

function pieces(context: Context, least = 0): string {
  let text = "";
  for (let left = context.random(4) + least; left > 0; left--) text += piece(context) + joint(context.random);
  return text;
}

function piece(context: Context): string {
  const { random, place, depth, texts } = context;
  const plain = place === "bare" ? bare : untilded;
  const kind = random(depth > 3 ? 7 : 16);
  if (kind <= 1) return one(random, place === "bare" ? bare : spaced);
  if (kind === 2) return backslash(context);
  if (kind === 3) return `$${joint(random)}${one(random, texts)}`;
  if (kind === 4) return isQuoted(context) ? one(random, inQuotes) : `'${one(random, inSingleQuotes)}'`;
  if (kind === 5) return random(3) === 0 ? one(random, special) : measured(context);
  if (kind === 6) return one(random, place === "pattern" || random(4) === 0 ? [...sets, ...oddSets] : plain);
  if (kind <= 9) return place === "quotes" ? one(random, inQuotes) : `"${pieces(inside(context, "quotes"))}"`;
  if (kind === 10) return random(2) === 0 ? arithmetic(context) : one(random, plain);
  if (kind === 11 && random(12) === 0)
    return `\${${one(random, texts)}:?${pieces(inside(context, "braces"))}}`;
  return random(2) === 0 ? choice(context) : trimmed(context);
}

/** A backslash before what it is for, or before anything. */
function backslash({ random, place }: Context): string {
  if (random(3) > 0) return `\\${one(random, place === "bare" ? [...escaped, "'", " "] : escaped)}`;
  const any = String.fromCharCode(33 + random(94));
  return any === "'" && place !== "bare" ? "\\n" : `\\${any}`;
}

function measured({ random, texts }: Context): string {
  const length = random(2) === 0 ? `#${joint(random)}` : "";
  return `\${${joint(random)}${length}${one(random, texts)}${joint(random)}}`;
}

function choice(context: Context): string {
  const { random, texts } = context;
  const operator = joint(random) + joined(random, one(random, choices));
  const word = pieces(inside(context, isQuoted(context) ? "braces in quotes" : "braces"));
  return `\${${one(random, texts)}${operator}${word}}`;
}

function trimmed(context: Context): string {
  const { random, texts } = context;
  const operator = joined(random, one(random, trims));
  return `\${${one(random, texts)}${operator}${pieces(inside(context, "pattern"))}}`;
}

const constants = list("0 1 2 3 10 42 0x1f 0XA0 017 00 1000000007 4294967296 9223372036854775807");
const operators = list("+ - * < <= > >= == != & | ^");
const unary = ["-", "+", "!", "~", "- ", "! ", "~ -"];
const assigning = list("= += -= *= /= %= &= |= ^= <<= >>=");
const simple = ["$N", "$M", "0x1f", "42", "-1", "017", "~ $O", "(3 + $H)"];

function arithmetic(context: Context): string {
  const space = one(context.random, ["", "", " ", "\n"]);
  return `$((${space}${expression({ ...context, depth: 0 })}${space}))`;
}

function expression(context: Context): string {
  const { random, depth } = context;
  const inner = () => expression({ ...context, depth: depth + 1 });
  const gap = one(random, ["", " ", " "]) + joint(random);
  const kind = random(depth > 3 ? 4 : 16);
  if (kind <= 3) return operand(context);
  if (kind === 4) return ` ${one(random, unary)}${operand(context)}`;
  if (kind === 5) return ` ${one(random, unary)}(${inner()})`;
  if (kind === 6) return `(${gap}${inner()}${gap})`;
  if (kind === 7) return `${inner()}${gap}?${gap}${branch(context)}${gap}:${gap}${branch(context)}`;
  if (kind === 8) return `${inner()}${gap}${one(random, ["&&", "||"])}${gap}${branch(context)}`;
  if (kind === 9) return `(${inner()})${gap}${one(random, ["<<", ">>"])}${gap}${random(64)}`;
  if (kind === 10) return `(${arithmeticAssignment(context)})`;
  if (kind === 11) return `${inner()}${gap}${one(random, ["/", "%"])}${gap}${divisor(context)}`;
  return `${inner()}${gap}${one(random, operators)}${gap}${inner()}`;
}

/** What is not always evaluated. Seldom with assignments and divisions: busybox's sh does some of these anyway. */
function branch(context: Context): string {
  const { random } = context;
  if (random(20) === 0) return expression({ ...context, depth: context.depth + 1 });
  const value = () => ` ${one(random, simple)} `;
  return random(2) === 0 ? value() : `(${value()}${one(random, operators)}${value()})`;
}

function divisor(context: Context): string {
  const inner = expression({ ...context, depth: context.depth + 1 });
  return context.random(12) === 0 ? `(${inner})` : `(${inner} | 1)`;
}

function arithmeticAssignment(context: Context): string {
  const { random, integers, depth } = context;
  const name = one(
    random,
    integers.filter((integer) => !/[HO]/.test(integer)),
  );
  const operator = one(random, assigning);
  const shift = operator.length === 3;
  const value = shift ? `${random(64)}` : expression({ ...context, depth: depth + 1 });
  return `${name}${joint(random)}${operator}${joint(random)}${/[/%]/.test(operator) ? divisor(context) : value}`;
}

function operand(context: Context): string {
  const { random, depth, texts, integers } = context;
  const inner = () => (depth > 3 ? "5" : expression({ ...context, depth: depth + 1 }));
  const kind = random(12);
  if (kind <= 4) return one(random, constants);
  if (kind <= 6) return one(random, integers);
  if (kind <= 8) return ` $${one(random, numbersOfGround)}`;
  if (kind === 9) return `\${#${one(random, texts)}}`;
  if (kind === 10) return ` \${${one(random, integers)}:-${inner()}}`;
  return depth > 2 ? "$#" : `$((${inner()}))`;
}

/** The variables that generated files set. */
export const fileVariables = list("A B C D F G_2 _X V U E N M K");

const comments = ["# it's", '# "', "# [clients]", "#", "# $(", "# A=no", "# ends with \\", "#\t`${"];
const between = [
  " ",
  "  ",
  " ; ",
  ";",
  "\t",
  " \\\n",
  ";\n\n",
  "\n",
  "\n",
  "\n\n",
  "\n \t\n",
  "\n  ",
  "\\\n ",
  " \n",
];

/** A file of 5 to 15 assignments that use each other's values. */
export function assignmentsFile(random: Random): string {
  const texts = list("A B C D F G_2 _X V U E");
  const context: Context = { random, place: "bare", depth: 0, texts, integers: [...numbersOfGround, "K"] };
  let text = ground + one(random, ["", "\n", "  ", "\t", "# A comment\n"]);
  for (let left = 5 + random(11); left > 0; left--) {
    const numeric = random(5) === 0;
    const name = joined(random, one(random, numeric ? ["N", "M", "K"] : texts));
    text += `${name}${joint(random)}=${numeric ? arithmetic(context) : pieces(context, 1)}`;
    text +=
      random(4) === 0 ? `${one(random, [" ", "\t", ";"])}${one(random, comments)}\n` : one(random, between);
  }
  return text;
}
