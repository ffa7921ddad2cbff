import { arithmetic } from "./arithmetic.ts";
import { compileGlob, escapeGlob, matchStart } from "./glob.ts";
import type { Arithmetic, Expansion, Part } from "./syntax.ts";

/** Where expansions find values, and how they fail. */
export interface Variables {
  get(name: string): string | undefined;
  /** For `${name=word}`. */
  set(name: string, value: string): void;
  failure(offset: number, why: string, remedy: string): Error;
}

/** The longest value, in UTF-16 units: what Linux lets a hook's environment hold (MAX_ARG_STRLEN in linux/binfmts.h). */
const longest = 128 * 1024;

/** The value of a word, as sh expands one in an assignment: no splitting, no file names. */
export function expand(parts: readonly Part[], variables: Variables): string {
  let value = "";
  for (const part of parts) {
    value += part.kind === "text" ? part.text : expandOne(part, variables, expand);
    refuseTooLong(value, part, variables);
  }
  return value;
}

/** The word as a glob: what stands in quotes, or comes from an expansion in quotes, means itself. */
function expandPattern(parts: readonly Part[], variables: Variables): string {
  let pattern = "";
  for (const part of parts) {
    if (part.quoted)
      pattern += escapeGlob(part.kind === "text" ? part.text : expandOne(part, variables, expand));
    else pattern += part.kind === "text" ? part.text : expandOne(part, variables, expandPattern);
    refuseTooLong(pattern, part, variables);
  }
  return pattern;
}

function refuseTooLong(value: string, part: Part, variables: Variables): void {
  if (value.length <= longest || part.kind === "text") return;
  throw variables.failure(
    part.offset,
    "the value gets longer than 128 KiB, which no program can be given",
    "Does it take in itself, line by line? Write a shorter one.",
  );
}

function expandOne(part: Expansion | Arithmetic, variables: Variables, expandWord: typeof expand): string {
  if (part.kind === "expansion") return expandParameter(part, variables, expandWord);
  return arithmetic(expand(part.word, variables), {
    ...variables,
    failure: (why, remedy) => variables.failure(part.offset, why, remedy),
  });
}

function expandParameter(expansion: Expansion, variables: Variables, expandWord: typeof expand): string {
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
      // Of a parameter that is not set, sh does not even look at the pattern.
      return value === undefined ? "" : trim(value, operator, expandPattern(word, variables));
  }
}

/** `value` without the shortest (`#`, `%`) or longest (`##`, `%%`) piece at its start or end that matches. */
function trim(value: string, operator: "#" | "##" | "%" | "%%", pattern: string): string {
  const glob = compileGlob(pattern);
  const characters = Array.from(value);
  const atEnd = operator.startsWith("%");
  if (atEnd) {
    glob.reverse();
    characters.reverse();
  }
  const taken = Math.max(0, matchStart(glob, characters, operator.length === 2));
  const rest = characters.slice(taken);
  return (atEnd ? rest.reverse() : rest).join("");
}
