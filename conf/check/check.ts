import type { Diagnostic } from "../diagnostic.ts";
import { parseWithErrors } from "../parse.ts";
import { sectionIndex } from "../section-index.ts";
import type { Conf } from "../syntax.ts";
import { type Context, error, partsOf, type Rule, type ServerFacts } from "./context.ts";
import { expansions } from "./expansions.ts";
import { hidden } from "./hidden.ts";
import { hooks } from "./hooks.ts";
import { includes } from "./includes.ts";
import { names } from "./names.ts";
import { quotes } from "./quotes.ts";
import { readers } from "./readers.ts";
import { repeated } from "./repeated.ts";
import { sections } from "./sections.ts";
import { text } from "./text.ts";
import { users } from "./users.ts";
import { values } from "./values.ts";

export type { ServerFacts } from "./context.ts";

const rules: Rule[] = [
  quotes,
  text,
  sections,
  hidden,
  includes,
  repeated,
  names,
  readers,
  values,
  expansions,
  hooks,
  users,
];

/** Everything that is wrong with an ltsp.conf, in the order of its lines, and what could be read of it. Never throws. */
export function checkConf(
  text: string,
  file: string,
  facts: ServerFacts = {},
): { conf: Conf; diagnostics: Diagnostic[] } {
  const { conf, errors } = parseWithErrors(text, file);
  const diagnostics = errors.map(({ offset, why, remedy }) => error(offset, why, remedy));
  const context = contextOf(conf, facts);
  for (const rule of rules) diagnostics.push(...rule(context));
  return { conf, diagnostics: inOrder(diagnostics) };
}

function contextOf(conf: Conf, facts: ServerFacts): Context {
  const settings = [conf.preamble, ...conf.sections].filter(({ code }) => code === undefined);
  const set = new Set<string>();
  const used = new Set<string>();
  for (const { assignments } of settings) {
    for (const { name, value } of assignments) {
      set.add(name);
      for (const part of partsOf(value)) {
        if (part.kind !== "expansion") continue;
        used.add(part.name);
        if (part.operator === "=") set.add(part.name);
      }
    }
  }
  // Hooks use settings too, and whatever else a shell reads; a name in a comment does no harm.
  for (const [, name = ""] of conf.source.text.matchAll(/[$%]\{?#?([A-Za-z_]\w*)/g)) used.add(name);
  for (const [, name = ""] of conf.source.text.matchAll(/\$\(\([^\n]*?([A-Za-z_]\w*)/g)) used.add(name);
  return { conf, index: sectionIndex(conf), facts, settings, set, used };
}

/** By place, errors first; what two rules say of one place in the same words, once. */
function inOrder(diagnostics: Diagnostic[]): Diagnostic[] {
  const seen = new Map(diagnostics.map((one) => [`${one.offset} ${one.why}`, one]));
  return [...seen.values()].sort(
    (a, b) => a.offset - b.offset || (a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : 0),
  );
}
