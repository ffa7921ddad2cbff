import { Failure } from "./failure.ts";

/** A file's text, and how to speak of a place in it. Offsets count UTF-16 units from 0, as strings do. */
export class Source {
  /** Where the lines start; found when asked for: only messages need it. */
  #lineStarts: number[] | undefined;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  /** 1-based; columns count characters, as editors do. */
  position(offset: number): { line: number; column: number } {
    const line = this.line(offset);
    const start = this.#lineStarts?.[line - 1] ?? 0;
    return { line, column: Array.from(this.text.slice(start, offset)).length + 1 };
  }

  /** 1-based. */
  line(offset: number): number {
    this.#lineStarts ??= startsOf(this.text);
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** `file:line:column`, as compilers write it and editors jump to. */
  place(offset: number): string {
    const { line, column } = this.position(offset);
    return `${this.file}:${line}:${column}`;
  }

  /** The line at `offset`, without its end. */
  lineAt(offset: number): string {
    const end = this.text.indexOf("\n", offset);
    return this.text.slice(
      offset === 0 ? 0 : this.text.lastIndexOf("\n", offset - 1) + 1,
      end < 0 ? undefined : end,
    );
  }

  mistake(offset: number, why: string, remedy: string): Mistake {
    return new Mistake(this, offset, why, remedy);
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** A Failure at a place of a file. */
export class Mistake extends Failure {
  constructor(
    readonly source: Source,
    readonly offset: number,
    why: string,
    override readonly remedy: string,
  ) {
    super("invalid", source.place(offset), why, remedy);
  }
}
