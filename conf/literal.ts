import type { Assignment } from "./syntax.ts";

/** The value of an assignment that expands nothing; undefined for others. */
export function literal({ value }: Assignment): string | undefined {
  let text = "";
  for (const part of value) {
    if (part.kind !== "text") return undefined;
    text += part.text;
  }
  return text;
}
