import type { Diagnostic } from "../diagnostic.ts";
import { literal } from "../literal.ts";
import { parseWithErrors } from "../parse.ts";
import { sectionIndex } from "../section-index.ts";
import { suggester } from "../similar.ts";
import type { Conf } from "../syntax.ts";
import { type Context, error, isHook, partsOf, type Rule, type ServerFacts } from "./context.ts";
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
  const assignments = settings.flatMap((section) => section.assignments);
  const includes = assignments.filter(({ name }) => name === "INCLUDE");
  const included = new Set(includes.map((include) => literal(include)?.toLowerCase() ?? ""));
  const set = new Set<string>();
  const used = new Set<string>();
  for (const { name, value, valueOffset, end } of assignments) {
    set.add(name);
    let shell = isHook(name);
    for (const part of partsOf(value)) {
      if (part.kind === "expansion") used.add(part.name);
      if (part.kind === "expansion" && part.operator === "=") set.add(part.name);
      // In $((…)) names need no $.
      shell ||= part.kind === "arithmetic";
    }
    if (shell) addWords(used, conf.source.text.slice(valueOffset, end));
  }
  for (const { code, bodyStart, end } of conf.sections)
    if (code !== undefined) addWords(used, conf.source.text.slice(bodyStart, end));
  for (const [, name = ""] of conf.source.text.matchAll(/%\{([A-Za-z_]\w*)/g)) used.add(name);
  const index = sectionIndex(conf);
  return { conf, index, facts, settings, assignments, included, set, used, suggest: suggester() };
}

/** All words of a piece of shell code: some of them are variables. */
function addWords(words: Set<string>, code: string): void {
  for (const [word] of code.matchAll(/[A-Za-z_]\w*/g)) words.add(word);
}

/** By place, errors first; what two rules say of one place in the same words, once. */
function inOrder(diagnostics: Diagnostic[]): Diagnostic[] {
  const seen = new Map(diagnostics.map((one) => [`${one.offset} ${one.why}`, one]));
  const rank = ({ severity }: Diagnostic) => ["error", "warning", "note"].indexOf(severity);
  return [...seen.values()].sort((a, b) => a.offset - b.offset || rank(a) - rank(b));
}
