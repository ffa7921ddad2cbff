import { isServersOwn } from "../applets.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { literal } from "../literal.ts";
import { plainKey } from "../section-index.ts";
import { functionName } from "../section-name.ts";
import type { Assignment, Section } from "../syntax.ts";
import { type Context, error, nameOf, type Rule, warning } from "./context.ts";

/** INCLUDEs of nothing, and loops of INCLUDEs. */
export const includes: Rule = function* (context: Context) {
  const titles = new Map(context.index.sections.map(({ title }) => [title.toLowerCase(), title]));
  for (const section of context.settings)
    for (const include of includesOf(section)) {
      const target = targetOf(context, include);
      if (target === undefined) yield ofNothing(context, titles, include);
      else if (target === "unknown") continue;
      else if (target.code !== undefined) yield ofCode(target, include);
      else if (isServersOwn(target) && !isServersOwn(section)) yield ofServersOwn(target, include);
    }
  yield* loops(context);
};

const includesOf = ({ assignments }: Section) => assignments.filter(({ name }) => name === "INCLUDE");

/** The section that an INCLUDE takes in; "unknown" if that depends on variables. */
function targetOf({ index }: Context, include: Assignment): Section | "unknown" | undefined {
  const title = literal(include);
  return title === undefined ? "unknown" : index.find(plainKey(title))?.section;
}

function ofNothing(
  { suggest }: Context,
  known: ReadonlyMap<string, string>,
  include: Assignment,
): Diagnostic {
  const title = literal(include)?.trim() ?? "";
  const at = include.valueOffset;
  if (title === "")
    return warning(at, "INCLUDE without a section's name does nothing", "Write INCLUDE=section.");
  const bare = title.replace(/^\[\s*|\s*\]$/g, "");
  if (bare !== title)
    return warning(at, "INCLUDE takes a section's name without its brackets", `Write INCLUDE=${bare}.`);
  const words = title.split(/[\s,]+/);
  if (words.length > 1) {
    const each = words.map((word) => `INCLUDE=${word}`).join(" and ");
    return warning(at, "an INCLUDE takes in one section", `Write ${each}, on lines of their own.`);
  }
  if (known.has(title.toLowerCase())) {
    const remedy = "Put what both need into a section of its own, and INCLUDE that in both.";
    return warning(at, `[${title}] is an applet's section, and cannot be included`, remedy);
  }
  const meant = known.get(suggest(title, known.keys()) ?? "");
  const remedy =
    meant === undefined ? "Take it out, or write that section." : `Did you mean INCLUDE=${meant}?`;
  return warning(at, `there is no section [${title}]`, remedy);
}

function ofCode({ title }: Section, include: Assignment): Diagnostic {
  return error(
    include.valueOffset,
    `[${title}] holds shell code, and INCLUDE takes in settings`,
    `Let a hook call it: POST_INIT_X="${functionName(title)}".`,
  );
}

function ofServersOwn(target: Section, include: Assignment): Diagnostic {
  return warning(
    include.valueOffset,
    `clients never get to see ${nameOf(target)}: for them this takes in nothing`,
    "Put what both need into a section of its own, and INCLUDE that in both.",
  );
}

/** Follows all INCLUDEs, with a stack of its own: they may be nested deeper than calls can be. */
function* loops(context: Context): Iterable<Diagnostic> {
  const state = new Map<Section, "open" | "done">();
  for (const start of context.index.sections) {
    if (state.has(start) || start.code !== undefined) continue;
    const path = [{ section: start, includes: includesOf(start).values() }];
    state.set(start, "open");
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const { value: include, done } = last.includes.next();
      if (done) {
        state.set(last.section, "done");
        path.pop();
        continue;
      }
      const target = targetOf(context, include);
      if (target === undefined || target === "unknown" || target.code !== undefined) continue;
      if (state.get(target) === "open") {
        const from = path.findIndex(({ section }) => section === target);
        yield loop(include, [...path.slice(from).map(({ section }) => section), target]);
      } else if (!state.has(target)) {
        state.set(target, "open");
        path.push({ section: target, includes: includesOf(target).values() });
      }
    }
  }
}

function loop(include: Assignment, chain: Section[]): Diagnostic {
  const names = chain.map(nameOf);
  const shown = names.length > 6 ? [...names.slice(0, 3), "…", ...names.slice(-2)] : names;
  return warning(
    include.valueOffset,
    `this closes a loop of INCLUDEs, ${shown.join(" -> ")}, and takes in nothing`,
    "Take it out: each section is read once.",
  );
}
