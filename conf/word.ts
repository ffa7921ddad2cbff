import { type CodeSkipper, deepest } from "./code.ts";
import type { Source } from "./source.ts";
import type { Complaint, Operator, Part } from "./syntax.ts";

/** How a run of parts is written: what quoting is in force, and what ends it. */
type Mode = "bare" | "in quotes" | "in braces" | "in braces in quotes";

const plainName = /(?:\\\n)*(?:[A-Za-z_](?:(?:\\\n)*\w)*|[0-9@*#?$!-])/y;
const bracedName = /(?:\\\n)*(?:[A-Za-z_](?:(?:\\\n)*\w)*|[0-9]+|[@*#?$!-])(?:\\\n)*/y;

const useHook =
  "Give the command to a hook, which the client's sh runs: put it into a section of its own and call that with, for instance, POST_INIT_X=section_name. " +
  "If the text itself is meant, put it into single quotes.";

/** Reads the values of assignments: sh's words, with their quoting and their parameter expansions. */
export class WordReader {
  at = 0;
  /** What sh would do and this language does not. It is no error if the section turns out to be shell code. */
  complaints: Complaint[] = [];
  readonly #source: Source;
  readonly #text: string;
  readonly #skipper: CodeSkipper;
  #depth = 0;

  constructor(source: Source, skipper: CodeSkipper) {
    this.#source = source;
    this.#text = source.text;
    this.#skipper = skipper;
  }

  /** The word at `at`, which is then behind it. */
  word(): Part[] {
    return this.#parts("bare", this.at);
  }

  #parts(mode: Mode, opening: number): Part[] {
    const quoted = mode === "in quotes" || mode === "in braces in quotes";
    if (++this.#depth > deepest) {
      throw this.#source.failure(opening, "quotes and expansions are nested too deep", "Write it simpler.");
    }
    const parts: Part[] = [];
    const add = (text: string, literal: boolean) => {
      const last = parts.at(-1);
      if (last?.kind === "text" && last.quoted === literal) last.text += text;
      else parts.push({ kind: "text", text, quoted: literal });
    };
    while (!this.#ends(mode, opening)) {
      const plain = this.#run(mode);
      const one = this.#text[this.at];
      if (plain !== "") add(plain, quoted);
      else if (one === "\\") this.#escape(mode, add);
      else if (one === "'" && !quoted) add(this.#singleQuotes(), true);
      else if (one === '"') parts.push(...this.#doubleQuotes());
      else if (one === "$" || one === "`") this.#dollar(quoted, parts, add);
      else {
        add(one ?? "", quoted);
        this.at++;
      }
    }
    this.#depth--;
    return parts;
  }

  /** Characters without any meaning here, many at a time. */
  #run(mode: Mode): string {
    const plain = mode === "bare" ? /[^\s;&|<>()\\'"$`]+/y : /[^\\'"$`}]+/y;
    plain.lastIndex = this.at;
    const run = plain.exec(this.#text)?.[0] ?? "";
    this.at += run.length;
    return run;
  }

  /** Takes the closing character, if there is one. */
  #ends(mode: Mode, opening: number): boolean {
    const one = this.#text[this.at];
    if (mode === "bare") return one === undefined || /[\s;&|<>()]/.test(one);
    const closer = mode === "in quotes" ? '"' : "}";
    if (one === undefined) {
      const what = mode === "in quotes" ? "this quote" : "${";
      throw this.#source.failure(
        opening,
        `${what} is never closed`,
        `Close it with ${closer} where it ends.`,
      );
    }
    if (one !== closer) return false;
    this.at++;
    return true;
  }

  #escape(mode: Mode, add: (text: string, literal: boolean) => void): void {
    const next = this.#text[this.at + 1];
    this.at += next === undefined ? 1 : 2;
    if (next === "\n") return;
    const inQuotes = mode === "in quotes" || mode === "in braces in quotes";
    // Quotes are at least the third level where braces are around them.
    const escapes = this.#depth > 2 ? '$`"\\}' : '$`"\\';
    if (next !== undefined && (!inQuotes || escapes.includes(next))) add(next, true);
    else add(`\\${next ?? ""}`, true);
  }

  #singleQuotes(): string {
    const end = this.#text.indexOf("'", this.at + 1);
    if (end < 0)
      throw this.#source.failure(this.at, "this quote is never closed", "Close it with ' where it ends.");
    const text = this.#text.slice(this.at + 1, end);
    this.at = end + 1;
    return text;
  }

  #doubleQuotes(): Part[] {
    const opening = this.at++;
    const parts = this.#parts("in quotes", opening);
    // An empty piece keeps "" from looking like nothing at all.
    return parts.length > 0 ? parts : [{ kind: "text", text: "", quoted: true }];
  }

  #dollar(quoted: boolean, parts: Part[], add: (text: string, literal: boolean) => void): void {
    const offset = this.at;
    if (this.#text[offset] === "`") {
      this.at = this.#skipper.group(offset, offset + 1, "`");
      this.#complain(offset, "a value cannot hold a command substitution (`…`)", useHook);
    } else if (this.#text.startsWith("$((", offset)) {
      this.at = this.#skipper.group(offset, offset + 2, ")");
      this.#complain(offset, "a value cannot hold arithmetic ($((…)))", "Write the number itself.");
    } else if (this.#text.startsWith("$(", offset)) {
      this.at = this.#skipper.group(offset, offset + 2, ")");
      this.#complain(offset, "a value cannot hold a command substitution ($(…))", useHook);
    } else if (this.#text.startsWith("${", offset)) {
      const expansion = this.#braces(offset, quoted);
      if (expansion !== undefined) parts.push(expansion);
    } else {
      const { name, length } = this.#name(offset + 1);
      this.at = offset + 1 + (name === "" ? 0 : length);
      if (name === "") add("$", quoted);
      else parts.push(expansion(offset, name, quoted));
    }
  }

  #braces(offset: number, quoted: boolean): Part | undefined {
    const length = /#([A-Za-z_]\w*|[0-9]+|[@*?$!#-])\}/y;
    length.lastIndex = offset + 2;
    const measured = length.exec(this.#text);
    if (measured !== null) {
      this.at = length.lastIndex;
      return { ...expansion(offset, measured[1] ?? "", quoted), operator: "length" };
    }
    const { name, length: nameLength } = this.#name(offset + 2, true);
    const syntax = /(?::?[-=?+]|##?|%%?|\})/y;
    syntax.lastIndex = offset + 2 + nameLength;
    const operator = syntax.exec(this.#text)?.[0];
    if (name === "" || operator === undefined) {
      this.at = this.#skipper.group(offset, offset + 2, "}");
      const text = this.#text.slice(offset, this.at);
      this.#complain(
        offset,
        `${text} is not an expansion of POSIX sh`,
        "In sh there are :- := :? :+ (with or without the colon), # ## % %%, and # before the name.",
      );
      return undefined;
    }
    this.at = syntax.lastIndex;
    if (operator === "}") return expansion(offset, name, quoted);
    // A pattern's quotes count even where the whole expansion stands in double quotes; other words' do not.
    const pattern = operator.startsWith("#") || operator.startsWith("%");
    const word = this.#parts(quoted && !pattern ? "in braces in quotes" : "in braces", offset);
    const colon = operator.startsWith(":");
    return {
      ...expansion(offset, name, quoted),
      operator: (colon ? operator.slice(1) : operator) as Operator,
      colon,
      word,
    };
  }

  /** The name at `start`, and how long it is as written: sh takes out `\` and newline before it looks for names. */
  #name(start: number, braces = false): { name: string; length: number } {
    const name = braces ? bracedName : plainName;
    name.lastIndex = start;
    const written = name.exec(this.#text)?.[0] ?? "";
    return { name: written.replaceAll("\\\n", ""), length: written.length };
  }

  #complain(offset: number, why: string, remedy: string): void {
    this.complaints.push({ offset, why, remedy });
  }
}

function expansion(offset: number, name: string, quoted: boolean) {
  return { kind: "expansion" as const, offset, name, operator: undefined, colon: false, word: [], quoted };
}
