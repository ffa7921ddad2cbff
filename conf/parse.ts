import { CodeSkipper } from "./code.ts";
import { type Header, headerAt } from "./header.ts";
import { LazySection } from "./lazy-section.ts";
import { codeOrMistakes, runawayQuote } from "./mistakes.ts";
import { afterPlainLines } from "./plain-lines.ts";
import { Mistake, Source } from "./source.ts";
import type { Assignment, Complaint, Conf, Section } from "./syntax.ts";
import { WordReader } from "./word.ts";

export type { Assignment, Conf, Expansion, Part, Section, SectionName } from "./syntax.ts";

/** After so many errors the rest of a file is not read: it is another kind of file, or the first one says it all. */
const most = 100;

/**
 * Reads an ltsp.conf. `file` is only its name in messages. Throws the first of the mistakes that parseWithErrors
 * finds; whether a parameter takes its value is checkConf's to say.
 */
export function parseConf(text: string, file: string): Conf {
  const { conf, errors } = parseWithErrors(text, file);
  if (errors[0] !== undefined) throw errors[0];
  return conf;
}

/** Reads an ltsp.conf and gives all mistakes in any section's syntax, and what could be read beside them. */
export function parseWithErrors(text: string, file: string): { conf: Conf; errors: Mistake[] } {
  const foreign = text.indexOf("\r");
  const source = new Source(foreign < 0 ? text : text.replace(/\r\n?/g, "\n"), file);
  const { conf, errors } = new Parser(source).conf();
  if (foreign >= 0) errors.push(foreignLineEnd(source, foreign, text[foreign + 1] === "\n"));
  return { conf, errors: errors.sort((a, b) => a.offset - b.offset) };
}

/** (The first is where it was before the line ends were made ours.) */
function foreignLineEnd(source: Source, offset: number, isWindows: boolean): Mistake {
  const [why, script] = isWindows
    ? ["the lines end as on Windows (CR LF)", "s/\\r$//"]
    : ["there is a carriage return, an old Mac's line end", "s/\\r/\\n/g"];
  return source.mistake(offset, why, `Run: sed -i '${script}' ${source.file}`);
}

interface Body {
  assignments: Assignment[];
  code: Complaint | undefined;
  end: number;
  next: Header | undefined;
}

class Parser {
  readonly #source: Source;
  readonly #text: string;
  readonly #skipper: CodeSkipper;
  readonly #words: WordReader;
  #errors: Mistake[] = [];
  #at = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    this.#skipper = new CodeSkipper(source);
    this.#words = new WordReader(source, this.#skipper);
  }

  conf(): { conf: Conf; errors: Mistake[] } {
    // Editors on Windows put a byte order mark before UTF-8; it says nothing.
    const start = this.#text.startsWith("\uFEFF") ? 1 : 0;
    let [section, header] = this.#section({ title: "", titleOffset: start, end: start }, start);
    const preamble = section;
    const sections: Section[] = [];
    while (header !== undefined) {
      [section, header] = this.#section(header, section.end);
      sections.push(section);
    }
    return { conf: { source: this.#source, preamble, sections }, errors: this.#errors };
  }

  /** The section with this header, whose line starts at `offset`, and the header that ends it. */
  #section(header: Header, offset: number): [Section, Header | undefined] {
    const { title, titleOffset, end: bodyStart } = header;
    const plain = this.#plainBody(bodyStart);
    if (plain !== undefined) {
      const read = () => this.#body(title, bodyStart).assignments;
      return [new LazySection(title, offset, titleOffset, bodyStart, plain.end, undefined, read), plain.next];
    }
    const { end, code, assignments, next } = this.#body(title, bodyStart);
    return [new LazySection(title, offset, titleOffset, bodyStart, end, code, () => assignments), next];
  }

  /** Where a body of plain lines ends; undefined if it has any other. */
  #plainBody(bodyStart: number): Pick<Body, "end" | "next"> | undefined {
    const text = this.#text;
    let at = bodyStart;
    while (at < text.length) {
      const plain = text[at] === "[" ? at : afterPlainLines(text, at);
      if (plain > at) {
        at = plain;
        continue;
      }
      const next = this.#lineStart(at) === undefined ? undefined : this.#headerOrError(at);
      return next === undefined ? undefined : { end: at, next };
    }
    return { end: at, next: undefined };
  }

  #headerOrError(lineStart: number): Header | undefined {
    try {
      return headerAt(this.#source, lineStart);
    } catch {
      // Told when the body is read in full, which comes next.
      return undefined;
    }
  }

  #body(title: string, bodyStart: number): Body {
    const body: Body = { assignments: [], code: undefined, end: this.#text.length, next: undefined };
    const commands: number[] = [];
    const errors: Mistake[] = [];
    this.#words.complaints = [];
    this.#at = bodyStart;
    while (this.#skipBlank() && errors.length + this.#errors.length < most) {
      try {
        const lineStart = this.#lineStart(this.#at);
        body.next = lineStart === undefined ? undefined : headerAt(this.#source, lineStart);
        if (lineStart !== undefined && body.next !== undefined) {
          body.end = lineStart;
          break;
        }
        this.#statement(body.assignments, commands);
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        const culprit = this.#takeBack(body.assignments, error) ?? error;
        errors.push(culprit);
        this.#at = this.#lineEnd(culprit.offset);
        this.#skipper.reset();
      }
    }
    const { code, mistakes } = codeOrMistakes(this.#source, title, commands);
    body.code = code;
    if (code === undefined)
      for (const { offset, why, remedy } of this.#words.complaints.slice(0, most))
        errors.push(this.#source.mistake(offset, why, remedy));
    this.#errors.push(...[...errors, ...mistakes].slice(0, most));
    return body;
  }

  /** Takes assignments, or else a command, whose offset it adds to `commands`. */
  #statement(assignments: Assignment[], commands: number[]): void {
    const start = this.#at;
    try {
      if (this.#assignments(assignments)) return;
      const end = this.#skipper.line(start);
      const runaway = runawayQuote(this.#source, start, end);
      if (runaway !== undefined) throw runaway;
      commands.push(start);
      this.#at = end;
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      throw runawayQuote(this.#source, start, error.offset) ?? error;
    }
  }

  /** A quote that is never closed may be the end of one that was opened, and not closed, in the value before. */
  #takeBack(assignments: Assignment[], error: Mistake): Mistake | undefined {
    const last = assignments.at(-1);
    if (last === undefined || !"\"'".includes(this.#text[error.offset] ?? "")) return undefined;
    const runaway = runawayQuote(this.#source, last.offset, last.end);
    if (runaway !== undefined) assignments.pop();
    return runaway;
  }

  /** To what comes behind white space, separators and comments. False at the end of the file. */
  #skipBlank(): boolean {
    const text = this.#text;
    for (; this.#at < text.length; this.#at++) {
      const one = text[this.#at] ?? "";
      if (one === "#") this.#at = this.#lineEnd(this.#at) - 1;
      else if (one === "\\" && text[this.#at + 1] === "\n") this.#at++;
      else if (!" \t\n;".includes(one)) return true;
    }
    return false;
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#text.length : end;
  }

  /** Where the line of `at` starts, if nothing but white space stands before; else undefined. */
  #lineStart(at: number): number | undefined {
    let start = at;
    while (start > 0 && " \t".includes(this.#text[start - 1] ?? "")) start--;
    return start === 0 || "\n\uFEFF".includes(this.#text[start - 1] ?? "") ? start : undefined;
  }

  /** Takes the assignments up to the line's end or a `;`. False, and nothing is taken, if a command stands there. */
  #assignments(assignments: Assignment[]): boolean {
    const found: Assignment[] = [];
    for (let at = this.#at; ; ) {
      const name = /([A-Za-z_](?:(?:\\\n)*\w)*)(?:\\\n)*([ \t]*)=([ \t]*)/y;
      name.lastIndex = at;
      const match = name.exec(this.#text);
      if (match === null) return false;
      const [, written = "", before, after] = match;
      this.#words.at = name.lastIndex;
      // To sh, A= B=1 is two assignments, the first of nothing.
      const nothing = before === "" ? /#|[A-Za-z_]\w*=/y : /#/y;
      const empty = after !== "" && lengthAt(nothing, this.#text, name.lastIndex) > 0;
      const value = empty ? [] : this.#words.word();
      const end = this.#words.at;
      found.push({
        offset: at,
        valueOffset: name.lastIndex,
        end,
        name: written.replaceAll("\\\n", ""),
        value,
      });
      const gap = lengthAt(/(?:[ \t]+|\\\n)*/y, this.#text, end);
      at = end + gap;
      // A # that touches the value would have been part of it.
      if (empty || lengthAt(gap > 0 ? /$|\n|#|;(?!;)/y : /$|\n|;(?!;)/y, this.#text, at) >= 0) {
        this.#at = at;
        for (const assignment of found) assignments.push(assignment);
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
