import type { Source } from "./source.ts";

/**
 * Something that is wrong with an ltsp.conf, at a place of its source. A warning is about what works, but hardly as
 * meant; a note is about what is right, and of no use yet.
 */
export interface Diagnostic {
  severity: "error" | "warning" | "note";
  offset: number;
  /** A clause without a full stop. */
  why: string;
  /** A sentence, with what to write instead. */
  remedy: string;
}

/** A diagnostic as compilers write it: `file:line:column: error: …`, then the line, and a caret below the place. */
export function formatDiagnostic(source: Source, { severity, offset, why, remedy }: Diagnostic): string[] {
  const { line, column } = source.position(offset);
  // Control characters would take no place, or another one; a tab below a tab takes the same.
  const text = source.lineAt(offset).replace(/(?!\t)[\p{Cc}\uFEFF]/gu, "\uFFFD");
  const message = `${source.file}:${line}:${column}: ${severity}: ${why}. ${remedy}`;
  const before = Array.from(text)
    .slice(0, column - 1)
    .map((character) => (character === "\t" ? "\t" : " "))
    .join("");
  const margin = String(line).padStart(5);
  return [message, `${margin} | ${text}`, `${" ".repeat(margin.length)} | ${before}^`];
}
