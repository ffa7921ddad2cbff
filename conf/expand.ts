import { compileGlob, escapeGlob, matchGlob } from "./glob.ts";
import type { Expansion, Part } from "./syntax.ts";

/** Where expansions find values, and how they fail. */
export interface Variables {
  get(name: string): string | undefined;
  /** For `${name=word}`. */
  set(name: string, value: string): void;
  failure(offset: number, why: string, remedy: string): Error;
}

/** The value of a word, as sh expands one in an assignment: no splitting, no file names. */
export function expand(parts: readonly Part[], variables: Variables): string {
  let value = "";
  for (const part of parts) value += part.kind === "text" ? part.text : expandOne(part, variables, expand);
  return value;
}

/** The word as a glob: what stands in quotes, or comes from an expansion in quotes, means itself. */
function expandPattern(parts: readonly Part[], variables: Variables): string {
  let pattern = "";
  for (const part of parts) {
    if (part.quoted)
      pattern += escapeGlob(part.kind === "text" ? part.text : expandOne(part, variables, expand));
    else pattern += part.kind === "text" ? part.text : expandOne(part, variables, expandPattern);
  }
  return pattern;
}

function expandOne(expansion: Expansion, variables: Variables, expandWord: typeof expand): string {
  const { name, operator, word } = expansion;
  const value = variables.get(name);
  const given = value !== undefined && !(expansion.colon && value === "");
  switch (operator) {
    case undefined:
      return value ?? "";
    case "length":
      return String(Array.from(value ?? "").length);
    case "-":
      return given ? value : expandWord(word, variables);
    case "+":
      return given ? expandWord(word, variables) : "";
    case "=":
      if (given) return value;
      if (!/^[A-Za-z_]/.test(name)) {
        throw variables.failure(expansion.offset, `$${name} cannot be set`, "Use a parameter's name.");
      }
      variables.set(name, expand(word, variables));
      return variables.get(name) ?? "";
    case "?": {
      if (given) return value;
      const message = expand(word, variables) || "it is not set";
      throw variables.failure(expansion.offset, `${name}: ${message}`, `Set ${name} above this line.`);
    }
    default:
      return trim(value ?? "", operator, expandPattern(word, variables));
  }
}

/** `value` without the shortest (`#`, `%`) or longest (`##`, `%%`) piece at its start or end that matches. */
function trim(value: string, operator: "#" | "##" | "%" | "%%", pattern: string): string {
  const glob = compileGlob(pattern);
  const characters = Array.from(value);
  const { length } = characters;
  const atStart = operator.startsWith("#");
  for (let step = 0; step <= length; step++) {
    const taken = operator.length === 1 ? step : length - step;
    const kept = length - taken;
    const piece = atStart ? characters.slice(0, taken) : characters.slice(kept);
    if (matchGlob(glob, piece))
      return (atStart ? characters.slice(taken) : characters.slice(0, kept)).join("");
  }
  return value;
}
