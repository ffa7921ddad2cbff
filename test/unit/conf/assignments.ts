/** A small generator of numbers in [0, n), the same on every run (mulberry32). */
export function numbers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

/** Variables that generated assignments expand: ordinary, empty, unset (U), and with characters of patterns. */
export const ground = String.raw`V=abcabc
E=
P='a*'
B='a\*b'
S='x  y '
Q="it's \"so\""
`;

const names = ["V", "E", "U", "P", "B", "S", "Q"];
const bare = ["a", "abc", "b", "#", "=", "{", "%", "@", "é", "*", "?", "[ab]", "[!a]", "!", ":"];
const spaced = [...bare, " ", "  ", "\t"];
const operators = ["-", ":-", "+", ":+", "#", "##", "%", "%%"];

/** A random word of an assignment as a person could write it, with every kind of quoting and expansion. */
export function word(random: (n: number) => number, depth = 0, inside = ""): string {
  const one = (list: string[]) => list[random(list.length)] ?? "";
  let text = "";
  for (let pieces = random(4) + (depth === 0 ? 1 : 0); pieces > 0; pieces--) {
    const kind = random(depth > 3 ? 5 : 9);
    if (kind <= 1) text += one(inside === "" ? bare : spaced);
    else if (kind === 2)
      text += `\\${one(["\\", '"', "$", "`", "a", "*", "}", "\n", ...(inside === '"' ? [] : ["'"])])}`;
    else if (kind === 3) text += `$${one(names)}`;
    else if (kind === 4)
      text += inside === '"' ? one(["'", ";", "(", "|"]) : `'${one([...spaced, '"', "$V", "\\", "}"])}'`;
    else if (kind === 5) text += `\${${one(["#", ""])}${one(names)}}`;
    else if (kind === 6 && !inside.includes('"')) text += `"${word(random, depth + 1, '"')}"`;
    else {
      const operator = one(operators);
      const pattern = /[#%]/.test(operator);
      text += `\${${one(names)}${operator}${word(random, depth + 1, pattern ? "}" : inside === '"' ? '"' : "}")}}`;
    }
  }
  return text;
}
