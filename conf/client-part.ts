import { isServersOwn } from "./applets.ts";
import { literal } from "./literal.ts";
import { plainKey, sectionIndex } from "./section-index.ts";
import { sides } from "./section-name.ts";
import type { Conf, Section } from "./syntax.ts";

/**
 * ltsp.conf as clients may see it, for ltsp.img: without comments, the sections that only the server reads, and the
 * groups that only these INCLUDE. What is left out is empty lines, so that a message on the client names the line
 * that the admin has.
 */
export function clientPart(conf: Conf): string {
  const { text } = conf.source;
  const forServer = serversSections(conf);
  let part = settingsOf(conf.preamble, text, 0);
  for (const section of conf.sections) {
    const { offset, bodyStart, end } = section;
    const lines = text.slice(offset, end);
    if (forServer.has(section)) part += blankToEnd(lines);
    else if (section.code !== undefined) part += `[${section.title}]${text.slice(bodyStart, end)}`;
    else part += `[${section.title}]${settingsOf(section, text, bodyStart)}`;
  }
  return part;
}

/** The section's assignments, each where it stands, and nothing of what is between them. */
function settingsOf({ assignments, end }: Section, text: string, start: number): string {
  let settings = "";
  let at = start;
  for (const assignment of assignments) {
    settings += blank(text.slice(at, assignment.offset)) + text.slice(assignment.offset, assignment.end);
    at = assignment.end;
  }
  return settings + blankToEnd(text.slice(at, end));
}

/** White space that takes the same lines and columns. */
const blank = (text: string) => text.replace(/[^\n]/g, " ").replace(/ +\n/g, "\n");

/** The same before the end of a section, where nothing follows on the line. */
const blankToEnd = (text: string) => blank(text).replace(/ +$/, "");

/** The sections that clients do not read: the server's own, and what nobody else includes. */
function serversSections(conf: Conf): Set<Section> {
  const index = sectionIndex(conf);
  const own = conf.sections.filter(isServersOwn);
  const groups = [...(included(own) ?? [])].filter(isGroup);
  const notForClients = new Set([...own, ...groups]);
  const forClients = included([conf.preamble, ...conf.sections].filter((one) => !notForClients.has(one)));
  // What an INCLUDE with a variable takes in can be any section.
  if (forClients === undefined) return new Set(own);
  return new Set([...own, ...groups.filter((group) => !forClients.has(group))]);

  /** What these sections INCLUDE, and what that does; undefined if some name depends on a variable. */
  function included(sections: readonly Section[]): Set<Section> | undefined {
    const all = new Set<Section>();
    const waiting = [...sections];
    for (let section = waiting.pop(); section !== undefined; section = waiting.pop()) {
      if (section.code !== undefined) continue;
      for (const include of section.assignments.filter(({ name }) => name === "INCLUDE")) {
        const title = literal(include);
        if (title === undefined) return undefined;
        const target = index.find(plainKey(title))?.section;
        if (target === undefined || all.has(target)) continue;
        all.add(target);
        waiting.push(target);
      }
    }
    return all;
  }
}

/** Is it a name that no machine has by itself? */
function isGroup({ names, code }: Section): boolean {
  return (
    code === undefined &&
    names.every(
      ({ applet, mac, isGlob, pattern }) =>
        applet === undefined &&
        mac === undefined &&
        !isGlob &&
        !sides.has(pattern) &&
        !/^[\d.]+$/.test(pattern),
    )
  );
}
