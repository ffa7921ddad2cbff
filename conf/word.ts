import { type CodeSkipper, deepest } from "./code.ts";
import type { Source } from "./source.ts";
import type { Complaint, Operator, Part, Text } from "./syntax.ts";

/** How a run of parts is written: what quoting is in force, and what ends it. */
type Mode = "bare" | "in quotes" | "in braces" | "in braces in quotes" | "in arithmetic";

const plainName = /(?:\\\n)*(?:[A-Za-z_](?:(?:\\\n)*\w)*|[0-9@*#?$!-])/y;

/** Characters without any meaning, many at a time. */
const runs: Record<Mode, RegExp> = {
  bare: /[^ \t\n;&|<>()\\'"$`]+/y,
  "in quotes": /[^\\"$`]+/y,
  "in braces": /[^\\'"$`}]+/y,
  "in braces in quotes": /[^\\"$`}]+/y,
  "in arithmetic": /[^\\$`()]+/y,
};

const closers = {
  "in quotes": { closer: '"', what: "this quote" },
  "in braces": { closer: "}", what: "${" },
  "in braces in quotes": { closer: "}", what: "${" },
  "in arithmetic": { closer: ")", what: "$((" },
};

/** What to write instead of a command substitution. */
function useHook(command: string): string {
  const shown = command.length > 60 || /['\n]/.test(command) ? "$(command)" : command;
  return `No command is run while ltsp.conf is read; the client's shell can, in a hook, in single quotes: POST_INIT_X='… ${shown} …'. If the text itself is meant, put it into single quotes here.`;
}

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
    this.#depth = 0;
    const home = this.#tilde();
    const parts = this.#parts("bare", this.at);
    return home === undefined ? parts : [home, ...parts];
  }

  /** `~` alone, or before a `/`, is $HOME where ltsp.conf sets that; sh leaves ~ as it is where HOME is not set. */
  #tilde(): Part | undefined {
    const tilde = /~(?=[/\s:;]|$)/y;
    tilde.lastIndex = this.at;
    if (!tilde.test(this.#text)) return undefined;
    const word: Text[] = [{ kind: "text", text: "~", quoted: true }];
    return { ...expansion(this.at++, "HOME", true), operator: "-", word };
  }

  #parts(mode: Mode, opening: number): Part[] {
    const quoted = mode !== "bare" && mode !== "in braces";
    if (++this.#depth > deepest) {
      throw this.#source.mistake(opening, "quotes and expansions are nested too deep", "Write it simpler.");
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
      else if (one === '"' && mode !== "in arithmetic")
        for (const part of this.#doubleQuotes()) parts.push(part);
      else if (one === "(" && mode === "in arithmetic") this.#parentheses(parts, add);
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
    const plain = runs[mode];
    plain.lastIndex = this.at;
    const run = plain.exec(this.#text)?.[0] ?? "";
    this.at += run.length;
    return run;
  }

  /** Takes the closing character, if there is one. */
  #ends(mode: Mode, opening: number): boolean {
    const one = this.#text[this.at];
    if (mode === "bare") return one === undefined || " \t\n;&|<>()".includes(one);
    const { closer, what } = closers[mode];
    if (one === undefined) {
      throw this.#source.mistake(
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
    const inQuotes = mode !== "bare" && mode !== "in braces";
    // Quotes are at least the third level where braces are around them.
    const escapes = this.#depth > 2 ? '$`"\\}' : '$`"\\';
    if (next !== undefined && (!inQuotes || escapes.includes(next))) add(next, true);
    else add(`\\${next ?? ""}`, true);
  }

  #singleQuotes(): string {
    const end = this.#text.indexOf("'", this.at + 1);
    if (end < 0)
      throw this.#source.mistake(this.at, "this quote is never closed", "Close it with ' where it ends.");
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
      this.#complain(
        offset,
        "a value cannot hold a command substitution (`…`)",
        useHook(this.#text.slice(offset, this.at)),
      );
    } else if (this.#text.startsWith("$((", offset)) {
      parts.push(this.#arithmetic(offset, quoted));
    } else if (this.#text.startsWith("$(", offset)) {
      this.at = this.#skipper.group(offset, offset + 2, ")");
      this.#complain(
        offset,
        "a value cannot hold a command substitution ($(…))",
        useHook(this.#text.slice(offset, this.at)),
      );
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

  #arithmetic(offset: number, quoted: boolean): Part {
    this.at = offset + 3;
    const word = this.#parts("in arithmetic", offset);
    if (this.#text[this.at++] !== ")")
      throw this.#source.mistake(
        offset,
        "$(( is closed by two parentheses, ))",
        "Write for instance $((2 * $X)).",
      );
    return { kind: "arithmetic", offset, word, quoted };
  }

  #parentheses(parts: Part[], add: (text: string, literal: boolean) => void): void {
    const opening = this.at++;
    add("(", true);
    for (const part of this.#parts("in arithmetic", opening)) parts.push(part);
    add(")", true);
  }

  #braces(offset: number, quoted: boolean): Part | undefined {
    const { text, offsets } = this.#head(offset + 2);
    const measured = /^#([A-Za-z_]\w*|[0-9]+|[@*?$!#-])\}/.exec(text);
    if (measured !== null) {
      this.at = offsets[measured[0].length] ?? offset;
      return { ...expansion(offset, measured[1] ?? "", quoted), operator: "length" };
    }
    const syntax = /^([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(:?[-=?+]|##?|%%?|\})/.exec(text);
    if (syntax === null) {
      this.at = this.#skipper.group(offset, offset + 2, "}");
      this.#complain(
        offset,
        `${this.#text.slice(offset, this.at)} is not an expansion of POSIX sh`,
        "In sh there are :- := :? :+ (with or without the colon), # ## % %%, and # before the name.",
      );
      return undefined;
    }
    const [all, name = "", operator = ""] = syntax;
    this.at = offsets[all.length] ?? offset;
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

  /**
   * What can be the name and the operator of a `${…}` from `start` on, without each `\` and newline, which sh takes
   * out before it looks; `offsets[n]` is where what comes after n of its characters stands.
   */
  #head(start: number): { text: string; offsets: number[] } {
    const offsets = [start];
    let [text, marks] = ["", 0];
    for (let at = start; at < this.#text.length; ) {
      if (this.#text.startsWith("\\\n", at)) {
        at += 2;
        continue;
      }
      const one = this.#text[at] ?? "";
      if (!/[\w@*#?$!:=+%}-]/.test(one)) break;
      text += one;
      offsets.push(++at);
      // No operator has more than two characters, and they may follow a parameter such as $#.
      marks = /\w/.test(one) ? 0 : marks + 1;
      if (one === "}" || marks > 3) break;
    }
    return { text, offsets };
  }

  /** The name at `start`, and how long it is as written: sh takes out `\` and newline before it looks for names. */
  #name(start: number): { name: string; length: number } {
    plainName.lastIndex = start;
    const written = plainName.exec(this.#text)?.[0] ?? "";
    return { name: written.replaceAll("\\\n", ""), length: written.length };
  }

  #complain(offset: number, why: string, remedy: string): void {
    this.complaints.push({ offset, why, remedy });
  }
}

function expansion(offset: number, name: string, quoted: boolean) {
  return { kind: "expansion" as const, offset, name, operator: undefined, colon: false, word: [], quoted };
}
