import { resolve } from "node:path";
import { Failure } from "../conf/failure.ts";

/** The working copy that this runs from. */
export const repo = resolve(import.meta.dirname, "..");

/** Roots, images and boot sets are kept here between runs: a Debian root takes minutes to make. */
export const cache = resolve(process.env.LTSP_CACHE ?? resolve(repo, ".cache"));

/** What clients wrote on their consoles: kept after the run, for whoever asks why it failed. */
export const logs = resolve(cache, "logs");

export const bun = resolve(repo, "node_modules/@oven/bun-linux-x64-baseline/bin/bun");

/** The compiled binary that is tried out here. */
export const binary = resolve(repo, "dist/ltsp");

/** Namespaces, mounts and packages are root's. */
export function needRoot(what: string): void {
  if (process.getuid?.() === 0) return;
  throw new Failure("system", what, "only root may do this", "Run it again with: sudo npm run …");
}
