import { distance } from "fastest-levenshtein";

/** The candidate that `word` may have been meant for, in spite of a wrong letter or two; undefined if none is near. */
export function mostSimilar(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  // With one letter of three wrong it is another word.
  let best = word.length < 4 ? 2 : word.length < 10 ? 3 : 4;
  let found: string | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const apart = sorted(other) === sorted(lower) ? 1 : distance(lower, other);
    if (apart >= best) continue;
    best = apart;
    found = candidate;
  }
  return found;
}

/** Its letters in alphabetical order: two words that have the same are one with letters swapped. */
const sorted = (word: string) => Array.from(word).sort().join("");
