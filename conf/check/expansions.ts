import type { Diagnostic } from "../diagnostic.ts";
import { findParameter } from "../parameters.ts";
import type { Assignment, Expansion } from "../syntax.ts";
import { type Context, isHook, partsOf, type Rule, warning } from "./context.ts";

/** What `%{…}` has without anybody setting it. */
const builtIn = ["IP", "MAC", "HOSTNAME", "SERVER"];

/** Expansions of what nobody sets: most often a $ that was meant for itself, or for a hook's shell. */
export const expansions: Rule = function* (context: Context) {
  for (const { assignments } of context.settings) {
    for (const assignment of assignments) {
      for (const part of partsOf(assignment.value))
        if (part.kind === "expansion") yield* unset(context, assignment, part);
      yield* lateUnset(context, assignment);
    }
  }
};

function* unset(
  { set, suggest }: Context,
  { name: parameter, value }: Assignment,
  part: Expansion,
): Iterable<Diagnostic> {
  const { name, operator, offset } = part;
  if (part === value[0] && name === "HOME" && operator === "-" && !set.has("HOME")) {
    const remedy = "Write the directory's path.";
    yield warning(offset, "~ stays as it is, since ltsp.conf has no HOME", remedy);
    return;
  }
  if (operator !== undefined && "-=?+".includes(operator)) return;
  if (set.has(name) || findParameter(name) !== undefined) return;
  if (!/^[A-Za-z_]/.test(name)) {
    // $# and $? are 0.
    if ("#?".includes(name)) return;
    yield warning(
      offset,
      `$${name} is empty here`,
      `If the text itself is meant, write \\$${name}, or use '…'.`,
    );
  } else if (isHook(parameter)) {
    const remedy = `If the hook's own shell is to expand it, write \\$${name}, or use '…' around the hook.`;
    yield warning(
      offset,
      `nothing here sets ${name}, so that $${name} is empty when ltsp.conf is read`,
      remedy,
    );
  } else {
    const meant = suggest(name, set);
    const remedy =
      meant === undefined
        ? `If the text itself is meant, write \\$${name}, or use '…'.`
        : `Did you mean $${meant}?`;
    yield warning(offset, `nothing here sets ${name}, so that $${name} is empty`, remedy);
  }
}

function* lateUnset(
  { conf: { source }, set, suggest }: Context,
  assignment: Assignment,
): Iterable<Diagnostic> {
  const text = source.text.slice(assignment.valueOffset, assignment.end);
  for (const match of text.matchAll(/%\{([A-Z_][A-Z0-9_]*)(?=\}|##?|%)/g)) {
    const [, name = ""] = match;
    if (builtIn.includes(name) || set.has(name) || findParameter(name) !== undefined) continue;
    const meant = suggest(name, [...builtIn, ...set]);
    const remedy =
      meant === undefined
        ? "%{IP}, %{MAC} and every parameter can stand there."
        : `Did you mean %{${meant}}?`;
    yield warning(
      assignment.valueOffset + match.index,
      `nothing sets ${name}, so that %{${name}} is empty`,
      remedy,
    );
  }
}
