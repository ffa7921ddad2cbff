import { compileGlob, type Glob, matchGlob } from "./glob.ts";
import { macOf, macSpellings } from "./mac.ts";
import { functionName, realApplet } from "./section-name.ts";
import type { Conf, Section } from "./syntax.ts";

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

/** A section that can be in effect, and its place among all. */
export interface Found {
  section: Section;
  order: number;
}

interface GlobFound {
  found: Found;
  pattern: string;
  /** The pattern, compiled when it is first asked for. */
  glob?: Glob;
}

/** One name as nearly all sections have it. */
const simple = /^[a-z0-9_.:-]+$/;

/** The lengths of MAC addresses, as macOf reads them. */
const macLengths = new Set([12, 14, 17, 20]);

/** Finds sections by their names without reading through all of them. */
export class SectionIndex {
  /** The sections that hold shell code, by the name that hooks call them: "section_name" -> shell source. */
  readonly functions = new Map<string, string>();
  readonly #byTitle = new Map<string, Found>();
  /** The names of each applet's sections (of no applet's: ""), which are those of #byTitle unless they are several in one. */
  readonly #names = new Map<string, Names>();

  constructor(conf: Conf) {
    for (const [order, section] of conf.sections.entries()) {
      const { title } = section;
      const lower = simple.test(title) ? title : title.toLowerCase();
      const known = this.#byTitle.get(lower);
      if (known !== undefined) known.section = section;
      else this.#add(lower, { section, order });
    }
    for (const { section } of this.#byTitle.values())
      if (section.code !== undefined) this.#addFunction(section, conf.source.text);
  }

  /**
   * The sections that can be in effect, in file order: of two with the same title the later replaces the earlier,
   * at the earlier's place (as a shell's second definition of a function does).
   */
  get sections(): Section[] {
    return Array.from(this.#byTitle.values(), ({ section }) => section);
  }

  /** The first section in the file that matches: of several, only that one counts. */
  find({ applet, text, mac }: Key): Found | undefined {
    const names = this.#names.get(applet ?? "");
    const spellings = mac === undefined ? [text] : [text, ...macSpellings(mac)];
    let first: Found | undefined;
    for (const spelling of spellings) {
      if (applet === undefined && simple.test(spelling)) first = earlier(first, this.#byTitle.get(spelling));
      first = earlier(first, names?.exact.get(spelling));
    }
    for (const spelling of spellings) first = names?.findGlob(spelling, first) ?? first;
    return first;
  }

  #add(title: string, found: Found): void {
    this.#byTitle.set(title, found);
    if (simple.test(title)) {
      const mac = macLengths.has(title.length) ? macOf(title) : undefined;
      if (mac !== undefined && mac !== title) this.#namesOf("").add(mac, false, found);
      return;
    }
    for (const { applet, pattern, mac, isGlob } of found.section.names)
      this.#namesOf(applet ?? "").add(mac ?? pattern, isGlob, found);
  }

  #namesOf(applet: string): Names {
    const known = this.#names.get(applet);
    if (known !== undefined) return known;
    const names = new Names();
    this.#names.set(applet, names);
    return names;
  }

  #addFunction({ title, bodyStart, end }: Section, text: string): void {
    const body = text.slice(bodyStart, end).trim();
    // Section names have no case, those of sh's functions do: both spellings work.
    for (const name of [title.toLowerCase(), title].flatMap((spelling) => spelling.split("|")))
      this.functions.set(functionName(name.trim()), body);
  }
}

/** The names and globs of one applet's sections. */
class Names {
  /** The first section of each name, MAC addresses in parseMac's spelling. */
  readonly exact = new Map<string, Found>();
  /** The globs, by the characters that they start with. */
  readonly #globs = new Map<string, GlobFound[]>();
  #longestStart = 0;

  add(pattern: string, isGlob: boolean, found: Found): void {
    if (!this.exact.has(pattern)) this.exact.set(pattern, found);
    if (!isGlob) return;
    const start = pattern.slice(0, pattern.search(/[*?[]/));
    this.#longestStart = Math.max(this.#longestStart, start.length);
    const others = this.#globs.get(start);
    if (others === undefined) this.#globs.set(start, [{ found, pattern }]);
    else others.push({ found, pattern });
  }

  /** The first glob that matches and stands before `first`, or else `first`. */
  findGlob(text: string, first: Found | undefined): Found | undefined {
    let best = first;
    for (let length = Math.min(text.length, this.#longestStart); length >= 0; length--) {
      for (const candidate of this.#globs.get(text.slice(0, length)) ?? []) {
        if (candidate.found.order >= (best?.order ?? Infinity)) continue;
        candidate.glob ??= compileGlob(candidate.pattern);
        if (matchGlob(candidate.glob, text)) best = candidate.found;
      }
    }
    return best;
  }
}

function earlier(one: Found | undefined, other: Found | undefined): Found | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.order < one.order ? other : one;
}

const indices = new WeakMap<Conf, SectionIndex>();

/** The index of a conf's sections, made once. */
export function sectionIndex(conf: Conf): SectionIndex {
  const known = indices.get(conf);
  if (known !== undefined) return known;
  const index = new SectionIndex(conf);
  indices.set(conf, index);
  return index;
}
