import { distance } from "fastest-levenshtein";

/** The candidate that `word` may have been meant for, in spite of a wrong letter or two; undefined if none is near. */
export function mostSimilar(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  // With one letter of three wrong it is another word.
  let best = word.length < 4 ? 2 : word.length < 10 ? 3 : 4;
  let found: string | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    if (Math.abs(other.length - lower.length) >= best) continue;
    let apart = distance(lower, other);
    // Two letters swapped are one mistake.
    if (apart === 2 && sorted(other) === sorted(lower)) apart = 1;
    if (apart >= best) continue;
    best = apart;
    found = candidate;
  }
  return found;
}

/** The letters of a word in alphabetical order. */
const sorted = (word: string) => Array.from(word).sort().join("");

/** As mostSimilar, for a file full of mistakes: after so many comparisons it finds nothing any more. */
export function suggester(comparisons = 200_000): typeof mostSimilar {
  let left = comparisons;
  return (word, candidates) => {
    if (left < 0) return undefined;
    const list = [...candidates];
    left -= list.length;
    return left < 0 ? undefined : mostSimilar(word, list);
  };
}
