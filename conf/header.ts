import type { Source } from "./source.ts";

/** A `[section]` line: what stands between its brackets, where that starts, and the offset of the line's end. */
export interface Header {
  title: string;
  titleOffset: number;
  end: number;
}

/** What nearly all headers look like; the rest takes the long way. */
const usual = /[ \t]*\[([\w.:*?/-]+)\][ \t]*(?:#[^\n]*)?(?=\n|$)/y;

/** The header on the line that starts at `offset`. `[ -f x ]` is shell code and no header. */
export function headerAt(source: Source, offset: number): Header | undefined {
  usual.lastIndex = offset;
  const title = usual.exec(source.text)?.[1];
  if (title === undefined) return unusualHeader(source, offset);
  return { title, titleOffset: source.text.indexOf("[", offset) + 1, end: usual.lastIndex };
}

function unusualHeader(source: Source, offset: number): Header | undefined {
  const line = /[ \t]*\[([^\n]*)/y;
  line.lastIndex = offset;
  const rest = line.exec(source.text)?.[1];
  if (rest === undefined) return undefined;
  const bracket = line.lastIndex - rest.length - 1;
  const close = closingBracket(rest);
  if (close < 0) {
    if (rest === "" || /[\s"'$]/.test(rest)) return undefined;
    throw source.mistake(bracket, "the name of this section is not closed", `Write [${rest.slice(0, 40)}].`);
  }
  const inside = rest.slice(0, close);
  const title = inside.trim();
  const named = title.split("|").every((name) => /^[^\s"'`$=();<>&\\]+$/.test(name.trim()));
  const alone = /^[ \t]*(#|$)/.test(rest.slice(close + 1));
  if (!named || !alone) return undefined;
  return { title, titleOffset: bracket + 1 + inside.search(/\S/), end: line.lastIndex };
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
