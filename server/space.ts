import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, Failure } from "../conf/failure.ts";

/** The failure for a file system that filled up while `path` was written: which one, what was free, what helps. */
export function noSpace(path: string): Failure {
  let place = path;
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  const { bavail, bsize, blocks } = statfsSync(place);
  return new Failure(
    "no-space",
    path,
    `the file system of ${place} is full (${size(bavail * bsize)} of ${size(blocks * bsize)} free); what was there before is untouched`,
    `Free some space there (see: du -xsh ${place}/*), or put it elsewhere with --base-dir or --tftp-dir.`,
  );
}

/** Runs what writes `path`, and turns a full file system into its failure. */
export function orNoSpace<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const code = errnoOf(error);
    throw code === "ENOSPC" || code === "EDQUOT" ? noSpace(path) : error;
  }
}

/** Bytes as people read them: "8.2 MB". */
export function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} KB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
