import { applets, serverApplets } from "../applets.ts";
import { literal } from "../literal.ts";
import { findParameter } from "../parameters.ts";
import { plainKey } from "../section-index.ts";
import type { Section } from "../syntax.ts";
import { type Context, nameOf, type Rule, warning } from "./context.ts";

/** Parameters in sections that none of those who act on them read, such as MENU_TIMEOUT under [clients]. */
export const readers: Rule = function* (context: Context) {
  const read = readersOf(context);
  for (const section of context.settings) {
    const here = read.get(section) ?? new Set();
    for (const { name, offset } of section.assignments) {
      const parameter = findParameter(name);
      if (parameter === undefined || parameter.readers.length === 0) continue;
      if (parameter.readers.some((applet) => here.has(applet))) continue;
      yield warning(
        offset,
        `${name} is for ${parameter.readers.map(inWords).join(" and ")}, and nobody reads it in ${nameOf(section)}`,
        `Put it under ${places(parameter.readers)}.`,
      );
    }
  }
};

const inWords = (applet: string) =>
  applet === "init" ? "the client's boot" : `ltsp ${applet} on the server`;

function places(applets: readonly string[]): string {
  if (applets.includes("init")) return "[clients], or a section of the client's own";
  return applets.includes("ipxe") ? "[server], or a client's full MAC address" : "[server]";
}

/** The applets that read each section: by its name, and through the sections that INCLUDE it. */
function readersOf({ conf, settings, index }: Context): Map<Section, Set<string>> {
  const readers = new Map(settings.map((section) => [section, readersByName(section)]));
  const included = new Map<Section, readonly Section[]>();
  for (const section of settings) {
    const titles = section.assignments.filter(({ name }) => name === "INCLUDE").map(literal);
    const named = titles.flatMap((title) =>
      title === undefined ? [] : (index.find(plainKey(title))?.section ?? []),
    );
    // An INCLUDE of a name that depends on variables may be of any section.
    included.set(section, titles.includes(undefined) ? conf.sections : named);
  }
  const waiting = [...included.keys()];
  for (let section = waiting.pop(); section !== undefined; section = waiting.pop())
    for (const target of included.get(section) ?? []) if (add(target, section)) waiting.push(target);
  return readers;

  /** Whoever reads `section` reads `target`. Did that add any? */
  function add(target: Section, section: Section): boolean {
    const all = readers.get(target) ?? new Set();
    const before = all.size;
    for (const applet of readers.get(section) ?? []) all.add(applet);
    return all.size > before;
  }
}

function readersByName({ title, names }: Section): Set<string> {
  if (title === "") return new Set(["init", ...serverApplets]);
  return new Set(
    names.flatMap(({ applet, pattern, mac }) => {
      if (applet !== undefined) return applets.has(applet) ? [applet] : ["init", ...serverApplets];
      if (pattern === "server") return [...serverApplets];
      if (pattern === "common") return ["init", ...serverApplets];
      // The menu has lines for the clients whose full MAC address is a section's name.
      return mac === undefined ? ["init"] : ["init", "ipxe"];
    }),
  );
}
