import { lstatSync, readlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "../../conf/failure.ts";
import { namesIn } from "../files.ts";
import type { ImagePlace } from "../names.ts";
import { type Manifest, readManifest } from "./manifest.ts";

/** Where the versions of an image are, and what points to the current one. */
export type VersionsPlace = Pick<ImagePlace, "name" | "image" | "versions" | "bootDir">;

/** One build of an image. */
export interface Version {
  /** When it was made, as YYYYMMDD-HHMMSS in UTC: sorted by name, they are sorted by age. */
  id: string;
  /** `<base>/images/versions/NAME/ID` */
  directory: string;
  /** A Failure where it cannot be read. */
  manifest: Manifest | Failure;
}

/** One whose manifest is known to be right. */
export interface MadeVersion extends Version {
  manifest: Manifest;
}

/** The file that a version is about; one that `ltsp kernel` made of a root without an image has none. */
export const ROOT = "root.img";

/** Where a version's root.img is. */
export const rootOf = ({ directory }: Version): string => join(directory, ROOT);

const form = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/;

/** The ids of an image's versions, oldest first. */
export function versionIds({ versions }: VersionsPlace): string[] {
  return idsIn(versions);
}

/** The names in a directory that are versions' ids, oldest first. */
export function idsIn(directory: string): string[] {
  return namesIn(directory)
    .filter((name) => form.test(name))
    .sort();
}

/** The versions of an image, oldest first. */
export function versionsOf(place: VersionsPlace): Version[] {
  return versionIds(place).map((id) => {
    const directory = join(place.versions, id);
    return { id, directory, manifest: manifestOf(directory) };
  });
}

function manifestOf(directory: string): Manifest | Failure {
  try {
    return readManifest(directory);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The id of a version that is made now: later than all there are, even if the clock was set back. */
export function newId(place: VersionsPlace, now = new Date()): string {
  const [, ...parts] = form.exec(versionIds(place).at(-1) ?? "") ?? [];
  const [year = 0, month = 1, ...rest] = parts.map(Number);
  const last = Date.UTC(year, month - 1, ...(rest as [number, number, number, number]));
  return idOf(parts.length === 0 ? now : new Date(Math.max(now.getTime(), last + 1000)));
}

/** A moment as a version's id. */
export function idOf(moment: Date): string {
  const [date = "", time = ""] = moment.toISOString().split("T");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}`;
}

/** The id of the version that clients boot; undefined if there is none. */
export function currentId({ bootDir, image }: VersionsPlace): string | undefined {
  const target = linkTarget(join(bootDir, "current")) ?? basename(dirname(linkTarget(image) ?? ""));
  return form.test(target) ? target : undefined;
}

/** Where a symbolic link leads to; undefined for another kind of file, or none. */
export function linkTarget(path: string): string | undefined {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return isLink ? readlinkSync(path) : undefined;
}

/**
 * The version that clients boot when the `current` one does not, as it was chosen when that became current; undefined
 * if there is no other. `versions`: all of them.
 */
export function previousId(
  { bootDir }: VersionsPlace,
  versions: readonly Version[],
  current: string,
): string | undefined {
  const chosen = linkTarget(join(bootDir, "previous"));
  return versions.find(({ id }) => id === chosen)?.id ?? versionBefore(versions, current)?.id;
}

/** The version made before one, or if there is none the newest of the others, that can be booted; undefined if none can. */
export function versionBefore(versions: readonly Version[], id: string): Version | undefined {
  const usable = versions.filter(canBoot);
  return usable.findLast((version) => version.id < id) ?? usable.findLast((version) => version.id !== id);
}

/** Has it a root, and a manifest that is right? */
export const canBoot = (version: Version): boolean => isMade(version) && ROOT in version.manifest.files;

/** The one version of that id. Fails, naming those there are. */
export function versionNamed(place: VersionsPlace, id: string): Version {
  const versions = versionsOf(place);
  const found = versions.find((version) => version.id === id);
  if (found !== undefined) return found;
  const ids = versions.map((version) => version.id).join(", ");
  throw new Failure(
    "missing",
    `image ${place.name}`,
    `it has no version ${id}`,
    ids === "" ? `Make one: ltsp image ${place.name}` : `These are there: ${ids}`,
  );
}

/** The version that clients boot; undefined if there is none, or its manifest is not to be read. */
export function currentVersion(place: VersionsPlace): MadeVersion | undefined {
  const id = currentId(place);
  return versionsOf(place).find((version): version is MadeVersion => version.id === id && isMade(version));
}

/** Is its manifest right? */
export function isMade(version: Version): version is MadeVersion {
  return !(version.manifest instanceof Failure);
}
