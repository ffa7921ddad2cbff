import { Rewrites, type Rewritten } from "./rewrites.ts";
import { type CleanUpStep, cleanUpSteps } from "./steps.ts";

/** How an image differs from its root, so that nothing of it travels that must not. */
export interface CleanedUp {
  /** What stays out, as paths with wildcards. */
  paths: string[];
  /** What stays out, as paths as they are. */
  found: string[];
  rewritten: Rewritten[];
}

/** What is not cleaned up. */
export const nothing: CleanedUp = { paths: [], found: [], rewritten: [] };

/** Looks for what must not travel in a root, which is only read. `omitted` are the steps that OMIT_FUNCTIONS names. */
export function cleanUp(root: string, omitted: ReadonlySet<string> = new Set()): CleanedUp {
  const steps: CleanUpStep[] = cleanUpSteps.filter(({ name }) => !omitted.has(name));
  const files = new Rewrites(root);
  for (const { rewrite } of steps) rewrite?.(files);
  return {
    paths: steps.flatMap(({ paths = [] }) => paths),
    found: steps.flatMap(({ find }) => find?.(root) ?? []),
    rewritten: files.all(),
  };
}
