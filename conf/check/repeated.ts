import type { Assignment, Section } from "../syntax.ts";
import { type Context, type Rule, warning } from "./context.ts";

/** Assignments that a later one in the same section replaces before anything used them. */
export const repeated: Rule = function* ({ settings, conf: { source } }: Context) {
  for (const section of settings) {
    for (const { earlier, later } of replacedIn(section)) {
      const line = source.line(later.offset);
      yield warning(
        earlier.offset,
        `${earlier.name} is set again in line ${line}, and this value is lost`,
        earlier.name.includes("_")
          ? "Take one of them out; lines of a family such as FSTAB_x need a name of their own each."
          : "Take one of them out.",
      );
    }
  }
};

function* replacedIn({ assignments }: Section): Iterable<{ earlier: Assignment; later: Assignment }> {
  const last = new Map<string, Assignment>();
  for (const assignment of assignments) {
    // Whatever expands may use what is set so far, and so may a section that is included.
    if (assignment.name === "INCLUDE" || assignment.value.some(({ kind }) => kind !== "text")) last.clear();
    if (assignment.name === "INCLUDE") continue;
    const earlier = last.get(assignment.name);
    if (earlier !== undefined) yield { earlier, later: assignment };
    last.set(assignment.name, assignment);
  }
}
