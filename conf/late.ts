import { deepest } from "./code.ts";
import { expand, type Variables } from "./expand.ts";
import type { Operator, Part } from "./syntax.ts";

/**
 * Expands `%{NAME}` and `%{NAME#pat}`, `%{NAME:-word}` and the like in a parameter's value, when it is used. A
 * word may hold further `%{…}`; there are no quotes in it, and `\` makes the next character mean itself.
 * Whatever has not this form, such as curl's `%{http_code}`, stays as it is.
 */
export function expandLate(value: string, variables: Variables): string {
  return value.includes("%{") ? expand(readParts(value, 0, false, 0).parts, variables) : value;
}

function readParts(text: string, start: number, inBraces: boolean, depth: number) {
  const parts: Part[] = [];
  const add = (piece: string, quoted: boolean) => parts.push({ kind: "text", text: piece, quoted });
  let at = start;
  while (at < text.length && !(inBraces && text[at] === "}")) {
    const late =
      text.startsWith("%{", at) && depth < deepest ? readExpansion(text, at, depth + 1) : undefined;
    if (late !== undefined) {
      parts.push(late.part);
      at = late.end;
    } else if (inBraces && text[at] === "\\" && at + 1 < text.length) {
      add(text[at + 1] ?? "", true);
      at += 2;
    } else {
      const run = inBraces ? /%?[^%}\\]*/y : /%?[^%]*/y;
      run.lastIndex = at;
      const plain = run.exec(text)?.[0] ?? "";
      add(plain, false);
      at += plain.length;
    }
  }
  return { parts, end: at };
}

/** The `%{…}` at `offset`, and where it ends; undefined if what stands there is none. */
function readExpansion(text: string, offset: number, depth: number): { part: Part; end: number } | undefined {
  const head = /%\{([A-Z_][A-Z0-9_]*)(?:(:?)([-=?+])|(##?|%%?(?!\{)))?/y;
  head.lastIndex = offset;
  const [, name = "", colon, choice, trimming] = head.exec(text) ?? [];
  if (name === "") return undefined;
  const operator = (choice ?? trimming) as Operator | undefined;
  const { parts: word, end } = readParts(text, head.lastIndex, true, depth);
  if (text[end] !== "}" || (operator === undefined && word.length > 0)) return undefined;
  const part: Part = {
    kind: "expansion",
    offset: 0,
    name,
    operator,
    colon: colon === ":",
    word,
    quoted: false,
  };
  return { part, end: end + 1 };
}
