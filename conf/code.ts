import type { Source } from "./source.ts";

/** Nobody nests this deep; a file of nothing but `${a:-${a:-…` must not exhaust the stack. */
export const deepest = 200;

type Closer = ")" | "}" | '"' | "`";

/**
 * Finds where pieces of shell code end, without understanding more of it than that takes: quotes, expansions,
 * comments, here-documents. `$(case x in a) …)` is the one thing it gets wrong, as old shells do.
 */
export class CodeSkipper {
  readonly #source: Source;
  readonly #text: string;
  #depth = 0;
  #hereDocuments: { offset: number; end: string; tabs: boolean }[] = [];

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  /** Forgets what a mistake has left half read. */
  reset(): void {
    this.#depth = 0;
    this.#hereDocuments = [];
  }

  /** From anywhere in a line to the end of the command there: its newline, which it does not take, or the file's end. */
  line(start: number): number {
    for (let at = start; at < this.#text.length; ) {
      const one = this.#text[at];
      if (one === "\n") return this.#afterHereDocuments(at);
      at = this.#step(at, one);
    }
    return this.#text.length;
  }

  /** What opens at `opening` (`$(`, `${`, a quote …) and has its content from `start`: the offset after its `closer`. */
  group(opening: number, start: number, closer: Closer): number {
    if (++this.#depth > deepest) {
      throw this.#source.mistake(opening, "quotes and expansions are nested too deep", "Write it simpler.");
    }
    for (let at = start; at < this.#text.length; ) {
      const one = this.#text[at];
      if (one === closer) {
        this.#depth--;
        return at + 1;
      }
      if (one === "\n" && closer === ")") at = this.#afterHereDocuments(at) + 1;
      else if (closer === ")" || closer === "}") at = this.#step(at, one, closer);
      else at = this.#stepInQuotes(at, one);
    }
    throw this.#source.mistake(
      opening,
      `${this.#text.slice(opening, start)} is never closed`,
      `Close it with ${closer} where it ends.`,
    );
  }

  #step(at: number, one: string | undefined, closer?: Closer): number {
    if (one === "'") {
      const end = this.#text.indexOf("'", at + 1);
      if (end >= 0) return end + 1;
      throw this.#source.mistake(at, "this quote is never closed", "Close it with ' where it ends.");
    }
    if (one === '"') return this.group(at, at + 1, '"');
    if (one === "`") return this.group(at, at + 1, "`");
    if (one === "(" && closer === ")") return this.group(at, at + 1, ")");
    if (one === "#" && closer !== "}" && /[\s;&|()]/.test(this.#text[at - 1] ?? "\n"))
      return this.#lineEnd(at);
    if (one === "<" && closer !== "}") return this.#redirection(at);
    return this.#stepInQuotes(at, one);
  }

  #stepInQuotes(at: number, one: string | undefined): number {
    if (one === "\\") return at + 2;
    if (this.#text.startsWith("$(", at)) return this.group(at, at + 2, ")");
    if (this.#text.startsWith("${", at)) return this.group(at, at + 2, "}");
    return at + 1;
  }

  #redirection(at: number): number {
    const here = /<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?(\w+))/y;
    here.lastIndex = at;
    const found = here.exec(this.#text);
    if (found === null) return this.#text.startsWith("<<<", at) ? at + 3 : at + 1;
    const end = found[2] ?? found[3] ?? found[4] ?? "";
    this.#hereDocuments.push({ offset: at, end, tabs: found[1] === "-" });
    return at + found[0].length;
  }

  /** The newline that ends the line at `newline` and the here-documents that it started. */
  #afterHereDocuments(newline: number): number {
    let at = newline;
    for (const { offset, end, tabs } of this.#hereDocuments.splice(0)) {
      for (let found = false; !found; ) {
        if (at >= this.#text.length) {
          throw this.#source.mistake(
            offset,
            "this here-document has no end",
            `End it with a line ${end} of its own.`,
          );
        }
        const lineEnd = this.#lineEnd(at + 1);
        const line = this.#text.slice(at + 1, lineEnd);
        found = (tabs ? line.replace(/^\t+/, "") : line) === end;
        at = lineEnd;
      }
    }
    return at;
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#text.length : end;
  }
}
