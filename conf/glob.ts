/** A shell pattern, compiled: what matches one character, or "star" for any number of them. */
export type Glob = ("star" | ((character: string) => boolean))[];

const classes: Record<string, RegExp> = {
  alnum: /[\p{L}\p{Nd}]/u,
  alpha: /\p{L}/u,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[^\s\p{Cc}]/u,
  lower: /\p{Ll}/u,
  print: /[^\p{Cc}]/u,
  punct: /[!-/:-@[-`{-~]/,
  space: /\s/,
  upper: /\p{Lu}/u,
  xdigit: /[0-9a-fA-F]/,
};

export const isGlob = (text: string): boolean => /[*?[]/.test(text);

/** Makes a text that matches itself only. */
export const escapeGlob = (text: string): string => text.replace(/[\\*?[\]!^-]/g, "\\$&");

/** Compiles a pattern of sh: `*`, `?`, `[a-z]`, `[!a]`, `[[:digit:]]`, `\` before what means itself. */
export function compileGlob(pattern: string): Glob {
  const glob: Glob = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") {
      if (glob.at(-1) !== "star") glob.push("star");
    } else if (character === "?") glob.push(() => true);
    else if (character === "[") {
      const set = readSet(characters, at + 1);
      glob.push(set?.test ?? ((one) => one === "["));
      if (set !== undefined) at = set.end;
    } else {
      const itself = character === "\\" && at + 1 < characters.length ? characters[++at] : character;
      glob.push((one) => one === itself);
    }
  }
  return glob;
}

/** The bracket expression whose first character is at `start`; `end` is its `]`. Undefined if it is not closed. */
function readSet(characters: string[], start: number) {
  let at = start;
  const negated = characters[at] === "!" || characters[at] === "^";
  if (negated) at++;
  const tests: ((character: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    const [low, afterLow] = readMember(characters, at);
    if (low === undefined) return undefined;
    if (low === "]" && afterLow === at + 1 && !first) break;
    const named = low === "[" ? /^\[:(\w+):\]/.exec(characters.slice(at, at + 12).join("")) : undefined;
    const [high, afterHigh] = readMember(characters, afterLow + 1);
    if (named !== undefined && named !== null) {
      const members = classes[named[1] ?? ""];
      tests.push((one) => members?.test(one) ?? false);
      at += named[0].length;
    } else if (characters[afterLow] === "-" && high !== undefined && characters[afterLow + 1] !== "]") {
      tests.push((one) => low <= one && one <= high);
      at = afterHigh;
    } else {
      tests.push((one) => one === low);
      at = afterLow;
    }
  }
  return { end: at, test: (one: string) => tests.some((test) => test(one)) !== negated };
}

/** A bracket expression's character, which a backslash may precede, and where the next one is. */
function readMember(characters: string[], at: number): [string | undefined, number] {
  if (characters[at] === "\\" && at + 1 < characters.length) return [characters[at + 1], at + 2];
  return [characters[at], at + 1];
}

/** Does the whole text match? Takes at most text × pattern steps, whatever the pattern. */
export function matchGlob(glob: Glob, text: string | string[]): boolean {
  const characters = typeof text === "string" ? Array.from(text) : text;
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const expected = glob[token];
    if (expected === "star") {
      star = token++;
      starAt = at;
    } else if (expected?.(characters[at] ?? "")) {
      at++;
      token++;
    } else if (star >= 0) {
      // What the last star took was too short: give it one more character.
      at = ++starAt;
      token = star + 1;
    } else return false;
  }
  while (glob[token] === "star") token++;
  return token === glob.length;
}

/**
 * How many characters at the text's start match: as few (or as many, if `greedy`) as can be; -1 if no number does.
 * Follows all ways through the pattern at once, so that it takes at most text × pattern steps.
 */
export function matchStart(glob: Glob, characters: readonly string[], greedy: boolean): number {
  let found = -1;
  let states = throughStars(glob, [0]);
  for (let length = 0; ; length++) {
    if (states.at(-1) === glob.length) found = length;
    const character = characters[length];
    if ((found >= 0 && !greedy) || character === undefined || states.length === 0) return found;
    const next: number[] = [];
    for (const state of states) {
      const expected = glob[state];
      if (expected === "star") next.push(state);
      else if (expected?.(character)) next.push(state + 1);
    }
    states = throughStars(glob, next);
  }
}

/** The states, sorted, with those that are reached from them without taking a character. */
function throughStars(glob: Glob, states: readonly number[]): number[] {
  const all: number[] = [];
  for (const state of states) {
    if (all.at(-1) === undefined || state > (all.at(-1) ?? 0)) all.push(state);
    for (let at = state; glob[at] === "star" && (all.at(-1) ?? 0) <= at; at++) all.push(at + 1);
  }
  return all;
}
