import { typographicQuotes } from "../mistakes.ts";
import type { Source } from "../source.ts";
import type { Assignment } from "../syntax.ts";
import { type Context, error, type Rule, warning } from "./context.ts";

/** Characters that a file should not have, anywhere; only the first of each kind is told. */
const characters: { pattern: RegExp; isError?: true; why: string; remedy: (file: string) => string }[] = [
  {
    pattern: /^\uFEFF/,
    why: "the file starts with a byte order mark, as editors on Windows leave it",
    remedy: (file) => `It is skipped. To take it out: sed -i '1s/^\\xEF\\xBB\\xBF//' ${file}`,
  },
  {
    pattern: /\0/,
    isError: true,
    why: "there is a NUL byte, which no text has",
    remedy: (file) => `Is this the right file? To see its kind: file ${file}`,
  },
  {
    pattern: /\uFFFD/,
    why: "this character is not UTF-8",
    remedy: (file) =>
      `Save the file as UTF-8; for western Europe's older files: iconv -f LATIN1 -t UTF-8 ${file}`,
  },
];

/** Characters outside of quotes that look like others. */
const lookalikes: { pattern: RegExp; why: string; remedy: string }[] = [
  {
    pattern: typographicQuotes,
    why: "typographic quotes are a part of the value here",
    remedy: `Write plain quotes: " or '.`,
  },
  {
    pattern: /[\u00A0\u2000-\u200B\u202F\u3000]/,
    why: "this space is none that separates: it is a part of the value, and comes from a web page or a word processor",
    remedy: "Write an ordinary space, and quotes around the value.",
  },
];

/** How the file and its lines are written. */
export const text: Rule = function* ({ conf: { source }, assignments }: Context) {
  for (const { pattern, isError, why, remedy } of characters) {
    const at = source.text.search(pattern);
    if (at >= 0) yield (isError ? error : warning)(at, why, remedy(source.file));
  }
  for (const assignment of assignments) yield* lookalike(source, assignment);
  const spaced = assignments.filter(
    ({ offset, name, valueOffset }) => valueOffset - offset > name.length + 1,
  );
  const [first] = spaced;
  if (first === undefined) return;
  const others = spaced.length === 1 ? "" : ` (and ${spaced.length - 1} more lines)`;
  yield warning(
    first.offset + first.name.length,
    `spaces around = are tolerated here, but a hook's shell code cannot have them${others}`,
    `Write ${first.name}=${source.text.slice(first.valueOffset, first.end).replace(/\n.*/s, "…")}.`,
  );
};

function* lookalike(source: Source, { value, valueOffset, end }: Assignment) {
  for (const { pattern, why, remedy } of lookalikes) {
    const found = value.some((part) => part.kind === "text" && !part.quoted && pattern.test(part.text));
    if (found) yield warning(valueOffset + source.text.slice(valueOffset, end).search(pattern), why, remedy);
  }
}
