import { findParameter } from "../parameters.ts";
import { type Context, isHook, type Rule, warning } from "./context.ts";

/** Values of several lines with one in it that looks like a setting: the quote was to end earlier. */
export const quotes: Rule = function* ({ assignments, conf: { source } }: Context) {
  for (const { name, valueOffset, end } of assignments) {
    // Shell code has its own assignments.
    if (isHook(name)) continue;
    for (const match of source.text
      .slice(valueOffset, end)
      .matchAll(/\n[ \t]*(?:([A-Z][A-Z0-9_]*)[ \t]*=|\[(?:clients|server|common)\])/gi)) {
      if (match[1] !== undefined && findParameter(match[1]) === undefined) continue;
      const line = source.line(valueOffset + match.index + 1);
      yield warning(
        valueOffset,
        `the value takes in line ${line}, which looks like a setting`,
        "Is a quote missing at the end of a line? If not, all is well.",
      );
      break;
    }
  }
};
