import { compileGlob, type Glob, matchGlob } from "./glob.ts";
import { macOf, macSpellings } from "./mac.ts";
import { functionName, realApplet } from "./section-name.ts";
import type { Conf, Section, SectionName } from "./syntax.ts";

/** What a section is looked up by: `[pattern]`, or `[applet/pattern]`. In lower case. */
export interface Key {
  applet: string | undefined;
  text: string;
  mac?: string;
}

/** The key for a MAC (as parseMac gives it), an IP address, a hostname, an INCLUDE. */
export const plainKey = (text: string): Key => keyOf(undefined, text);

/** The same within `[applet/…]`; the text is "" for `[applet/]`. */
export const appletKey = (applet: string, text: string): Key => keyOf(realApplet(applet), text);

/** The key for a name as it is written, within an applet if there is one. */
export function keyOf(applet: string | undefined, text: string): Key {
  const mac = macOf(text);
  return { applet, text: text.toLowerCase(), ...(mac === undefined ? {} : { mac }) };
}

/** A section that a key finds, and the alternative of its header that matches. */
export interface Found {
  section: Section;
  name: SectionName;
  /** The section's place among all. */
  order: number;
}

interface GlobFound extends Found {
  /** The pattern, compiled when it is first asked for. */
  glob?: Glob;
}

/** Finds sections by their names without reading through all of them. */
export class SectionIndex {
  /**
   * The sections that can be in effect, in file order: of two with the same title the later replaces the earlier,
   * at the earlier's place (as a shell's second definition of a function does).
   */
  readonly sections: readonly Section[];
  /** The sections that hold shell code, by the name that hooks call them: "section_name" -> shell source. */
  readonly functions = new Map<string, string>();
  /** The first section of each exact name, MAC addresses in parseMac's spelling. */
  readonly #exact = new Map<string, Found>();
  /** The globs, by the characters that they start with. */
  readonly #globs = new Map<string, GlobFound[]>();
  #longestStart = 0;

  constructor(conf: Conf) {
    const byTitle = new Map<string, Section>();
    for (const section of conf.sections) byTitle.set(section.title.toLowerCase(), section);
    this.sections = [...byTitle.values()];
    for (const [order, section] of this.sections.entries()) {
      for (const name of section.names) this.#add({ section, name, order });
      if (section.code !== undefined) this.#addFunction(section, conf.source.text);
    }
  }

  /** The first section in the file that matches: of several, only that one counts. */
  find(key: Key): Found | undefined {
    const spellings = key.mac === undefined ? [key.text] : [key.text, ...macSpellings(key.mac)];
    let first: Found | undefined;
    for (const spelling of spellings) first = earlier(first, this.#exact.get(label(key.applet, spelling)));
    for (const spelling of spellings) first = this.#findGlob(key.applet, spelling, first);
    return first;
  }

  /** The first glob that matches and stands before `first`, or else `first`. */
  #findGlob(applet: string | undefined, text: string, first: Found | undefined): Found | undefined {
    let found = first;
    const whole = label(applet, text);
    for (let length = Math.min(whole.length, this.#longestStart); length > 0; length--) {
      for (const candidate of this.#globs.get(whole.slice(0, length)) ?? []) {
        if (candidate.order >= (found?.order ?? Infinity)) continue;
        candidate.glob ??= compileGlob(candidate.name.pattern);
        if (matchGlob(candidate.glob, text)) found = candidate;
      }
    }
    return found;
  }

  #add(found: Found): void {
    const { applet, pattern, mac, isGlob } = found.name;
    const key = label(applet, mac ?? pattern);
    if (!this.#exact.has(key)) this.#exact.set(key, found);
    if (!isGlob) return;
    const start = label(applet, pattern.slice(0, pattern.search(/[*?[]/)));
    this.#longestStart = Math.max(this.#longestStart, start.length);
    const others = this.#globs.get(start);
    if (others === undefined) this.#globs.set(start, [found]);
    else others.push(found);
  }

  #addFunction({ title, bodyStart, end }: Section, text: string): void {
    const body = text.slice(bodyStart, end).trim();
    // Section names have no case, those of sh's functions do: both spellings work.
    for (const name of [title.toLowerCase(), title].flatMap((spelling) => spelling.split("|")))
      this.functions.set(functionName(name.trim()), body);
  }
}

function earlier(one: Found | undefined, other: Found | undefined): Found | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.order < one.order ? other : one;
}

const label = (applet: string | undefined, text: string) =>
  applet === undefined ? `:${text}` : `${applet}/${text}`;

const indices = new WeakMap<Conf, SectionIndex>();

/** The index of a conf's sections, made once. */
export function sectionIndex(conf: Conf): SectionIndex {
  const known = indices.get(conf);
  if (known !== undefined) return known;
  const index = new SectionIndex(conf);
  indices.set(conf, index);
  return index;
}
