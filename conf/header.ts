import type { Source } from "./source.ts";

/** A `[section]` line: what stands between its brackets, and the offset of the line's end. */
export interface Header {
  title: string;
  end: number;
}

/** The header on the line that starts at `offset`. `[ -f x ]` is shell code and no header. */
export function headerAt(source: Source, offset: number): Header | undefined {
  const line = /[ \t]*\[(.*)/y;
  line.lastIndex = offset;
  const rest = line.exec(source.text)?.[1];
  if (rest === undefined) return undefined;
  const close = closingBracket(rest);
  if (close < 0) {
    if (rest === "" || /[\s"'$]/.test(rest)) return undefined;
    const bracket = line.lastIndex - rest.length - 1;
    throw source.failure(bracket, "the name of this section is not closed", `Write [${rest}].`);
  }
  const title = rest.slice(0, close).trim();
  const alternatives = title.split("|");
  const named = alternatives.every((name) => /^[^\s"'`$=();<>&\\]+$/.test(name.trim()));
  const alone = /^\s*(#.*)?$/.test(rest.slice(close + 1));
  return named && alone ? { title, end: line.lastIndex } : undefined;
}

/** Where the header's own `]` is, behind those of globs such as `[pc[0-9]]`; -1 if it has none. */
function closingBracket(rest: string): number {
  let depth = 1;
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === "[") depth++;
    else if (rest[at] === "]" && --depth === 0) return at;
  }
  return -1;
}
