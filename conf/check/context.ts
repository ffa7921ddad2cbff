import type { Diagnostic } from "../diagnostic.ts";
import type { SectionIndex } from "../section-index.ts";
import type { Assignment, Conf, Part, Section } from "../syntax.ts";

/** What only the server knows. What is left out is not checked. */
export interface ServerFacts {
  /** Does the server know this user, from any source it has? */
  hasUser?: (name: string) => boolean;
  /** All users that it can list. */
  users?: readonly string[];
  /** The permission bits of the file. */
  mode?: number;
}

/** What each rule looks at. */
export interface Context {
  conf: Conf;
  index: SectionIndex;
  facts: ServerFacts;
  /** The preamble and all sections that are settings, whether in effect or not. */
  settings: readonly Section[];
  /** All assignments in these. */
  assignments: readonly Assignment[];
  /** The names that INCLUDE takes in, in lower case, as far as they are written out. */
  included: ReadonlySet<string>;
  /** The names of variables that something sets, and of those that something uses. */
  set: ReadonlySet<string>;
  used: ReadonlySet<string>;
  /** What a word may have been meant for, of some candidates. */
  suggest: (word: string, candidates: Iterable<string>) => string | undefined;
}

/** What looks for one kind of mistakes. */
export type Rule = (context: Context) => Iterable<Diagnostic>;

export function warning(offset: number, why: string, remedy: string): Diagnostic {
  return { severity: "warning", offset, why, remedy };
}

export function note(offset: number, why: string, remedy: string): Diagnostic {
  return { severity: "note", offset, why, remedy };
}

export function error(offset: number, why: string, remedy: string): Diagnostic {
  return { severity: "error", offset, why, remedy };
}

/** Is it a parameter whose value is shell code? */
export const isHook = (name: string): boolean => /^(PRE|POST)_/.test(name);

/** All parts of a value, with those within. */
export function* partsOf(parts: readonly Part[]): Iterable<Part> {
  for (const part of parts) {
    yield part;
    if (part.kind !== "text") yield* partsOf(part.word);
  }
}

/** "[clients]", or "the part above all sections". */
export const nameOf = (section: Section): string =>
  section.title === "" ? "the part above all sections" : `[${section.title}]`;
