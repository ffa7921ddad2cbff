import { deepest } from "./code.ts";
import { expand, type Variables } from "./expand.ts";
import type { Expansion, Operator, Part } from "./syntax.ts";

/**
 * Expands `%{NAME}` and `%{NAME#pat}`, `%{NAME:-word}` and the like in a parameter's value, when it is used. A
 * word may hold further `%{…}`; there are no quotes in it, and `\` makes the next character mean itself.
 * Whatever has not this form, such as curl's `%{http_code}`, stays as it is.
 */
export function expandLate(value: string, variables: Variables): string {
  return value.includes("%{") ? expand(new LateReader(value).parts(), variables) : value;
}

interface Read {
  part: Expansion;
  end: number;
}

class LateReader {
  readonly #text: string;
  /** What was read at each `%{`, or that it is none: within another that turns out to be none it would be read again. */
  readonly #known = new Map<number, Read | "not closed" | undefined>();

  constructor(text: string) {
    this.#text = text;
  }

  parts(): Part[] {
    return this.#partsFrom(0, false, 0).parts;
  }

  #partsFrom(start: number, inBraces: boolean, depth: number): { parts: Part[]; end: number } {
    const text = this.#text;
    const parts: Part[] = [];
    const add = (piece: string, quoted: boolean) => parts.push({ kind: "text", text: piece, quoted });
    let at = start;
    while (at < text.length && !(inBraces && text[at] === "}")) {
      const late = text.startsWith("%{", at) ? this.#expansion(at, depth + 1) : undefined;
      // Where one within is not closed, there is no } for this one either.
      if (late === "not closed" && inBraces) return { parts, end: text.length };
      if (late !== undefined && late !== "not closed") {
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

  #expansion(offset: number, depth: number): Read | "not closed" | undefined {
    if (depth > deepest) return undefined;
    if (!this.#known.has(offset)) this.#known.set(offset, this.#read(offset, depth));
    return this.#known.get(offset);
  }

  /** The `%{…}` at `offset`, and where it ends; undefined if what stands there is none. */
  #read(offset: number, depth: number): Read | "not closed" | undefined {
    const head = /%\{([A-Z_][A-Z0-9_]*)(?:(:?)([-=?+])|(##?|%%?(?!\{)))?/y;
    head.lastIndex = offset;
    const [, name = "", colon, choice, trimming] = head.exec(this.#text) ?? [];
    const start = head.lastIndex;
    const operator = (choice ?? trimming) as Operator | undefined;
    if (name === "" || (operator === undefined && this.#text[start] !== "}")) return undefined;
    const { parts: word, end } = this.#partsFrom(start, true, depth);
    if (this.#text[end] !== "}") return "not closed";
    const part: Expansion = {
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
}
