import { compileGlob, type Glob, matchGlob } from "../glob.ts";
import { keyOf } from "../section-index.ts";
import type { Section, SectionName } from "../syntax.ts";
import { type Context, nameOf, type Rule, warning } from "./context.ts";

/** A pattern of nothing but characters and `*`, which matches all that another pattern does if it matches its text. */
interface Wide {
  section: Section;
  applet: string | undefined;
  /** The characters before its first `*`. */
  start: string;
  glob: Glob;
}

/** Each glob is compared with those above it, so that there must be an end to it. */
const most = 300;

/** Sections that an earlier one hides: of several that match, only the first counts. */
export const hidden: Rule = function* ({ index, conf: { source } }: Context) {
  const wide: Wide[] = [];
  for (const section of index.sections) {
    for (const name of section.names) {
      const above = name.isGlob
        ? wide.find((earlier) => covers(earlier, name))?.section
        : index.find(keyOf(name.applet, name.pattern))?.section;
      if (above !== undefined && above !== section && above.offset < section.offset) {
        yield warning(
          section.titleOffset,
          `${section.names.length > 1 ? name.pattern : nameOf(section)} is never read: ${nameOf(above)} in line ${source.line(above.titleOffset)} matches too, and only the first counts`,
          `Put [${section.title}] above it, and INCLUDE in both what both need.`,
        );
      }
      if (name.isGlob && !/[?[]/.test(name.pattern) && wide.length < most) wide.push(wideOf(section, name));
    }
  }
};

function wideOf(section: Section, { applet, pattern }: SectionName): Wide {
  return { section, applet, start: pattern.slice(0, pattern.indexOf("*")), glob: compileGlob(pattern) };
}

function covers({ applet, start, glob }: Wide, narrow: SectionName): boolean {
  return applet === narrow.applet && narrow.pattern.startsWith(start) && matchGlob(glob, narrow.pattern);
}
