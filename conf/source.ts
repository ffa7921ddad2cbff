import { Failure } from "./failure.ts";

/** A file's text, and how to speak of a place in it. Offsets count UTF-16 units from 0, as strings do. */
export class Source {
  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  /** 1-based. Counted when asked: only messages need it. */
  position(offset: number): { line: number; column: number } {
    const before = this.text.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    let line = 1;
    for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line++;
    return { line, column: offset - lineStart + 1 };
  }

  /** `file:line:column`, as compilers write it and editors jump to. */
  place(offset: number): string {
    const { line, column } = this.position(offset);
    return `${this.file}:${line}:${column}`;
  }

  failure(offset: number, why: string, remedy: string): Failure {
    return new Failure("invalid", this.place(offset), why, remedy);
  }
}
