import { CodeSkipper } from "./code.ts";
import { type Header, headerAt } from "./header.ts";
import { codeOrMistake } from "./mistakes.ts";
import { sectionNames } from "./section-name.ts";
import { Source } from "./source.ts";
import type { Assignment, Conf, Section } from "./syntax.ts";
import { WordReader } from "./word.ts";

export type { Assignment, Conf, Expansion, Part, Section, SectionName } from "./syntax.ts";

/**
 * Reads an ltsp.conf. `file` is only its name in messages. Throws a Failure "invalid" on `file:line:column` for
 * the first mistake in any section's syntax; whether a parameter takes its value is checkParameters' to say.
 */
export function parseConf(text: string, file: string): Conf {
  const source = new Source(text, file);
  const windows = text.indexOf("\r\n");
  if (windows >= 0) {
    throw source.failure(windows, "the lines end as on Windows (CR LF)", `Run: sed -i 's/\\r$//' ${file}`);
  }
  return new Parser(source).conf();
}

class Parser {
  readonly #source: Source;
  readonly #text: string;
  readonly #skipper: CodeSkipper;
  readonly #words: WordReader;
  #at = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    this.#skipper = new CodeSkipper(source);
    this.#words = new WordReader(source, this.#skipper);
  }

  conf(): Conf {
    // Editors on Windows put a byte order mark before UTF-8; it says nothing.
    const start = this.#text.startsWith("\uFEFF") ? 1 : 0;
    let [section, header] = this.#body("", start, start);
    const preamble = section;
    const sections: Section[] = [];
    while (header !== undefined) {
      [section, header] = this.#body(header.title, section.end, header.end);
      sections.push(section);
    }
    return { source: this.#source, preamble, sections };
  }

  /** The section whose header's line is at `offset` and whose body is at `bodyStart`, and the header that ends it. */
  #body(title: string, offset: number, bodyStart: number): [Section, Header | undefined] {
    const names = title === "" ? [] : sectionNames(title);
    const end = this.#text.length;
    const section: Section = { title, names, offset, bodyStart, end, assignments: [], code: undefined };
    const commands: number[] = [];
    let next: Header | undefined;
    this.#words.complaints = [];
    this.#at = bodyStart;
    while (this.#skipBlank()) {
      const lineStart = this.#lineStart();
      next = lineStart === undefined ? undefined : headerAt(this.#source, lineStart);
      if (lineStart !== undefined && next !== undefined) {
        section.end = lineStart;
        break;
      }
      if (!this.#assignments(section.assignments)) {
        commands.push(this.#at);
        this.#at = this.#skipper.line(this.#at);
      }
    }
    section.code = codeOrMistake(this.#source, section, commands);
    const [refused] = this.#words.complaints;
    if (refused !== undefined && section.code === undefined) {
      throw this.#source.failure(refused.offset, refused.why, refused.remedy);
    }
    return [section, next];
  }

  /** To what comes behind white space, separators and comments. False at the end of the file. */
  #skipBlank(): boolean {
    this.#at += lengthAt(/(?:[\s;]+|\\\n|#.*)*/y, this.#text, this.#at);
    return this.#at < this.#text.length;
  }

  /** Where the line at hand starts, if nothing but white space stands before; else undefined. */
  #lineStart(): number | undefined {
    let start = this.#at;
    while (start > 0 && /[ \t]/.test(this.#text[start - 1] ?? "")) start--;
    return start === 0 || /[\n\uFEFF]/.test(this.#text[start - 1] ?? "") ? start : undefined;
  }

  /** Takes the assignments up to the line's end or a `;`. False, and nothing is taken, if a command stands there. */
  #assignments(assignments: Assignment[]): boolean {
    const found: Assignment[] = [];
    for (let at = this.#at; ; ) {
      const name = /([A-Za-z_]\w*)[ \t]*=([ \t]*)/y;
      name.lastIndex = at;
      const match = name.exec(this.#text);
      if (match === null) return false;
      const [, parameter = "", spaces] = match;
      this.#words.at = name.lastIndex;
      const empty = spaces !== "" && this.#text[name.lastIndex] === "#";
      found.push({ offset: at, name: parameter, value: empty ? [] : this.#words.word() });
      const gap = lengthAt(/(?:[ \t]+|\\\n)*/y, this.#text, this.#words.at);
      at = this.#words.at + gap;
      // A # that touches the value would have been part of it.
      if (empty || lengthAt(gap > 0 ? /$|\n|#|;(?!;)/y : /$|\n|;(?!;)/y, this.#text, at) >= 0) {
        this.#at = at;
        assignments.push(...found);
        return true;
      }
    }
  }
}

/** How long the text at `at` is that the sticky `pattern` matches; -1 if it does not. */
function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? -1;
}
