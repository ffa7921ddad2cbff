import { compileGlob, isGlob, matchGlob } from "./glob.ts";
import { macOf, macSpellings } from "./mac.ts";
import type { Conf, Section, SectionName } from "./syntax.ts";

/** What a section is looked up by: `[pattern]`, or `[applet/pattern]`. In lower case. */
export interface Key {
  applet: string | undefined;
  text: string;
  mac?: string;
}

/** A header's alternatives: `52:54:00:*|pc01` are two, `init/pc01` has an applet. */
export function sectionNames(title: string): SectionName[] {
  return title
    .toLowerCase()
    .split("|")
    .map((alternative) => {
      const [, applet, pattern = ""] = /^\s*(?:([^/]*)\/)?(.*?)\s*$/.exec(alternative) ?? [];
      return {
        applet: applet === undefined ? undefined : realApplet(applet),
        pattern,
        mac: macOf(pattern),
        glob: isGlob(pattern) ? compileGlob(pattern) : undefined,
      };
    });
}

/** LTSP's clients ran this applet in their initrd's last script; the same things now happen in init. */
const realApplet = (applet: string) => (applet === "initrd-bottom" ? "init" : applet);

/** The key for a MAC (as parseMac gives it), an IP address, a hostname, an INCLUDE. */
export const plainKey = (text: string): Key => keyOf(undefined, text);

/** The same within `[applet/…]`; the text is "" for `[applet/]`. */
export const appletKey = (applet: string, text: string): Key => keyOf(realApplet(applet), text);

function keyOf(applet: string | undefined, text: string): Key {
  const mac = macOf(text);
  return { applet, text: text.toLowerCase(), ...(mac === undefined ? {} : { mac }) };
}

/** The first section in the file that matches: of several, only that one counts. */
export function findSection(sections: Iterable<Section>, key: Key): Section | undefined {
  for (const section of sections) {
    if (section.names.some((name) => matches(name, key))) return section;
  }
  return undefined;
}

function matches(name: SectionName, key: Key): boolean {
  if (name.applet !== key.applet) return false;
  if (name.pattern === key.text) return true;
  if (key.mac !== undefined && name.mac === key.mac) return true;
  const { glob } = name;
  if (glob === undefined) return false;
  const spellings = key.mac === undefined ? [key.text] : [key.text, ...macSpellings(key.mac)];
  return spellings.some((spelling) => matchGlob(glob, spelling));
}

/**
 * The sections that can be in effect: of two with the same title the later replaces the earlier, at the earlier's
 * place (as a shell's second definition of a function does).
 */
export function effectiveSections(conf: Conf): Section[] {
  const sections = new Map<string, Section>();
  for (const section of conf.sections) sections.set(section.title.toLowerCase(), section);
  return [...sections.values()];
}

const sides = new Set(["clients", "server", "common"]);

/** Can this section be a function for hooks? Not if a machine or an applet takes it by its name. */
export function mayBeFunction(section: Section): boolean {
  return (
    section.title !== "" &&
    section.names.every(
      ({ applet, pattern, mac }) =>
        applet === undefined && mac === undefined && !sides.has(pattern) && /^[a-z_][\w-]*$/.test(pattern),
    )
  );
}

/** What hooks call a section that holds shell code: `set-root_hash` is `section_set_root_hash`. */
export const functionName = (name: string): string => `section_${name.replace(/\W/g, "_")}`;
