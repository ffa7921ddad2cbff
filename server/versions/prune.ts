import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../conf/failure.ts";
import type { Settings } from "../../conf/settings.ts";
import { beside, removeLeftovers } from "../files.ts";
import { filesInUse } from "../in-use.ts";
import { withLock } from "../lock.ts";
import { nfs3Served } from "../nfs-server.ts";
import type { Report } from "../options.ts";
import { replacedAt } from "./publish.ts";
import {
  currentId,
  idsIn,
  previousId,
  rootOf,
  type Version,
  type VersionsPlace,
  versionsOf,
} from "./versions.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** From its boot files to its root, a client is on its way for some time, and nobody knows. */
const onItsWay = 15 * MINUTE;

/** NFS 3 knows no open files; so where it was used, versions stay for as long as a PC may have been on. */
const unseen = 7 * DAY;

/** What pruning did. */
export interface Pruned {
  removed: string[];
  /** Those that are more than are to be kept, but stay for now. */
  kept: { id: string; why: string }[];
}

/** The same for a person. */
export function prunedLines({ removed, kept }: Pruned): string[] {
  return [
    ...(removed.length === 0 ? [] : [`Removed, older than what KEEP_IMAGES keeps: ${removed.join(", ")}`]),
    ...kept.map(({ id, why }) => `Not removed yet: ${id}, ${why}`),
  ];
}

/** KEEP_IMAGES: how many versions of an image stay. */
export function keptImages(settings: Settings): number {
  const value = settings.get("KEEP_IMAGES") ?? "3";
  if (/^\s*[1-9]\d*\s*$/.test(value)) return Number(value);
  throw settings.failure(
    "KEEP_IMAGES",
    `"${value}" is no number from 1`,
    "Write KEEP_IMAGES=3, for instance.",
  );
}

/**
 * Removes the oldest versions of an image, and keeps so many: never the current one, nor the one that clients boot
 * when that does not, nor one that a client may be using.
 */
export async function prune(place: VersionsPlace, keep: number, now = Date.now()): Promise<Pruned> {
  for (const parent of [place.bootDir, place.versions])
    if (existsSync(parent)) removeLeftovers(removedIn(parent));
  const all = versionsOf(place);
  const current = currentId(place) ?? all.at(-1)?.id ?? "";
  const staying = new Set([
    current,
    previousId(place, all, current),
    ...all.slice(-keep).map(({ id }) => id),
  ]);
  removeOrphans(place, all, current);
  const tooMany = all.filter(({ id }) => !staying.has(id));
  if (tooMany.length === 0) return { removed: [], kept: [] };

  const users = await filesInUse(tooMany.map(rootOf));
  const patience = nfs3Served() ? unseen : onItsWay;
  const pruned: Pruned = { removed: [], kept: [] };
  for (const version of tooMany) {
    const [user] = users.get(rootOf(version)) ?? [];
    const isLate = now - replacedAt(version) >= patience;
    if (user === undefined && isLate) {
      remove(place, version);
      pruned.removed.push(version.id);
      continue;
    }
    const why =
      user === undefined
        ? `replaced less than ${patience === unseen ? "7 days" : "15 minutes"} ago`
        : `in use by ${user}`;
    pruned.kept.push({ id: version.id, why });
  }
  return pruned;
}

/** Its boot files go first: what cannot be fetched will not be missed. Neither is ever seen in part. */
function remove({ bootDir, versions }: VersionsPlace, { id }: Pick<Version, "id">): void {
  for (const parent of [bootDir, versions]) {
    const doomed = removedIn(parent);
    if (existsSync(join(parent, id))) renameSync(join(parent, id), beside(doomed));
    rmSync(beside(doomed), { recursive: true, force: true });
  }
}

/** The same after a version was made and is what clients boot, so that what fails here is no reason to make it again. */
export async function pruneAfter(
  place: VersionsPlace,
  keep: number,
): Promise<{ pruned: Pruned; errors: string[] }> {
  try {
    return { pruned: await prune(place, keep), errors: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { pruned: { removed: [], kept: [] }, errors: [error.message] };
  }
}

const removedIn = (directory: string) => join(directory, "removed");

/** The boot files of versions that somebody has removed by hand go as well. */
function removeOrphans(place: VersionsPlace, all: readonly Version[], current: string): void {
  const known = new Set([...all.map(({ id }) => id), current]);
  for (const id of idsIn(place.bootDir)) if (!known.has(id)) remove(place, { id });
}

/** `ltsp image --prune`: the same for these images, without making one. */
export async function pruneImages(
  places: readonly (VersionsPlace & { lock: string })[],
  settings: Settings,
): Promise<Report> {
  const keep = keptImages(settings);
  const images: ({ image: string } & Pruned)[] = [];
  for (const place of places) {
    const pruned = await withLock(place.lock, `image ${place.name}`, () => prune(place, keep));
    images.push({ image: place.name, ...pruned });
  }
  const lines = images.flatMap(({ image, ...pruned }) =>
    prunedLines(pruned).map((line) => `${image}: ${line}`),
  );
  return {
    lines: lines.length > 0 ? lines : [`Nothing to remove: no image has more than ${keep} versions.`],
    data: { images },
  };
}
