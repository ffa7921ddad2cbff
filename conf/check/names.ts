import type { Diagnostic } from "../diagnostic.ts";
import { findParameter, parameters, replacedParameter } from "../parameters.ts";
import { mostSimilar } from "../similar.ts";
import type { Assignment } from "../syntax.ts";
import { type Context, note, type Rule, warning } from "./context.ts";

/** Parameters that nobody knows, or that nobody acts on yet. */
export const names: Rule = function* ({ settings, used }: Context) {
  const planned = new Set<string>();
  for (const { assignments } of settings) {
    for (const assignment of assignments) {
      const { name, offset } = assignment;
      const parameter = findParameter(name);
      if (parameter === undefined && !used.has(name)) yield unknown(assignment);
      if (!parameter?.planned || planned.has(parameter.name)) continue;
      planned.add(parameter.name);
      yield note(
        offset,
        `this version of ltsp does not act on ${parameter.name} yet`,
        "It can stay: a later version will.",
      );
    }
  }
};

function unknown({ name, offset }: Assignment): Diagnostic {
  const replaced = replacedParameter(name);
  if (replaced !== undefined) return warning(offset, `${name} is no parameter any more`, replaced.remedy);
  const upper = name.toUpperCase();
  const why =
    upper === name
      ? `ltsp has no parameter ${name}`
      : `ltsp has no parameter ${name}: their names are in capitals`;
  const meant = findParameter(upper) ? upper : similarName(upper);
  if (meant !== undefined) return warning(offset, why, `Did you mean ${meant}?`);
  return warning(offset, `${why}, and nothing here uses it`, "ltsp conf --help lists them all.");
}

/** The known name that is nearest, with a family's own ending: FSTB_HOME is FSTAB_HOME. */
function similarName(name: string): string | undefined {
  const plain = parameters
    .filter((parameter) => !parameter.name.endsWith("_x"))
    .map((parameter) => parameter.name);
  const families = parameters.filter((parameter) => parameter.name.endsWith("_x"));
  const alone = families.find((family) => [`${name}_x`, `${name}x`].includes(family.name));
  if (alone !== undefined) return `${alone.name}, for instance ${alone.example}`;
  const members = families.flatMap((family) => {
    const parts = family.name.split("_").length - 1;
    const words = name.split("_");
    const ending = words.slice(parts).join("_");
    return ending === "" ? [] : [family.name.replace(/_x$/, `_${ending}`)];
  });
  return mostSimilar(name, [...plain, ...members]);
}
