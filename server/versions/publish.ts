import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf, Failure } from "../../conf/failure.ts";
import { bootFileNames } from "../boot-files.ts";
import { beside, flush, isSameFile, makeDirectory, removeLeftovers } from "../files.ts";
import { orNoSpace } from "../space.ts";
import {
  canBoot,
  currentId,
  linkTarget,
  previousId,
  ROOT,
  rootOf,
  type Version,
  type VersionsPlace,
  versionBefore,
  versionIds,
  versionsOf,
} from "./versions.ts";

/**
 * Makes a version the one that clients boot. What a client fetches is behind the link `<tftp>/ltsp/NAME/current`, and
 * which root it mounts is said in there, so this one link is what moves. `images/NAME.img` follows it, for what knows
 * no versions; a run that is killed in between leaves that to the next.
 */
export function publish(place: VersionsPlace, version: Version): void {
  const { bootDir } = place;
  makeDirectory(bootDir);
  const ids = versionIds(place);
  const served = [...linkNames, ...ids].map((name) => join(bootDir, name));
  removeLeftovers(...served, ...previousLinks(place), place.image);
  putBootFiles(bootDir, version);
  const before = currentId(place);
  const previous = previousFor(place, version.id, before);
  if (previous !== undefined) putBootFiles(bootDir, previous);
  for (const link of previousLinks(place))
    if (previous === undefined) rmSync(link, { force: true });
    else point(link, previous.id);
  point(join(bootDir, "current"), version.id);
  if (before !== undefined && before !== version.id) markReplaced(join(place.versions, before));
  for (const name of bootFileNames) point(join(bootDir, name), `current/${name}`);
  if (existsSync(join(version.directory, ROOT)))
    point(place.image, join("versions", place.name, version.id, ROOT));
}

/** The same for a version that was just made, which is gone where it cannot be published, as on a full disk. */
export function publishNew(place: VersionsPlace, version: Version): void {
  try {
    publish(place, version);
  } catch (error) {
    if (currentId(place) !== version.id) rmSync(version.directory, { recursive: true, force: true });
    throw error;
  }
}

/**
 * What clients boot where the version `id` does not: what they booted `before`, which did, unless this is a step back to
 * an older one. If it is the current one already, nothing changes.
 */
function previousFor(place: VersionsPlace, id: string, before: string | undefined): Version | undefined {
  const versions = versionsOf(place);
  const chosen = before === id ? previousId(place, versions, id) : before;
  const isStepBack = before !== undefined && before > id;
  const kept = versions.find((version) => version.id === chosen && canBoot(version));
  return (isStepBack ? undefined : kept) ?? versionBefore(versions, id);
}

/**
 * Fails where somebody has put an image in the place of the link: it may be the only one of its kind. Where there is no
 * version, it is what an ltsp without versions has made, for the first to replace.
 */
export function requireOwnImage(place: VersionsPlace): void {
  const versions = versionsOf(place);
  if (!lstatSync(place.image, { throwIfNoEntry: false })?.isFile() || versions.length === 0) return;
  if (versions.some((version) => isSameFile(rootOf(version), place.image))) return;
  throw new Failure(
    "invalid",
    place.image,
    "somebody put this image there, and it is in none of the versions, so it would be lost",
    `Make it a version: ltsp kernel ${place.name}. Or move it away: mv ${place.image} ${place.image}.old`,
  );
}

/** What clients boot where the current version does not: its boot files, and its root for an NBD server's export. */
export const previousLinks = ({ bootDir, versions }: VersionsPlace) =>
  [bootDir, versions].map((directory) => join(directory, "previous"));

const linkNames = ["current", ...bootFileNames];

/** The menu asks for it first, so that all that it fetches is of one version. */
export const VERSION_SCRIPT = "version.ipxe";

/** The boot files of a version, where clients fetch them from: the same files, or copies if that is another file system. */
function putBootFiles(bootDir: string, { id, directory }: Version): void {
  const target = join(bootDir, id);
  const there = bootFileNames.filter((name) => existsSync(join(directory, name)));
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;
  const isThere = there.every((name) => sizeOf(join(target, name)) === sizeOf(join(directory, name)));
  if (isThere && existsSync(join(target, VERSION_SCRIPT))) return;
  const temporary = beside(target);
  try {
    orNoSpace(target, () => {
      mkdirSync(temporary);
      for (const name of there) sameFile(join(directory, name), join(temporary, name));
      writeFileSync(join(temporary, VERSION_SCRIPT), `#!ipxe\nset version ${id}\n`, { mode: 0o644 });
      for (const name of [...there, VERSION_SCRIPT]) flush(join(temporary, name));
      rmSync(target, { recursive: true, force: true });
      renameSync(temporary, target);
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A hard link; a copy where there can be none. */
export function sameFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!["EXDEV", "EPERM", "EMLINK"].includes(errnoOf(error) ?? "")) throw error;
    orNoSpace(to, () => copyFileSync(from, to, constants.COPYFILE_FICLONE));
    chmodSync(to, 0o644);
  }
}

/** Makes a symbolic link, or lets one lead elsewhere from one moment to the next; a file in its place goes. */
function point(link: string, target: string): void {
  if (linkTarget(link) === target) return;
  if (lstatSync(link, { throwIfNoEntry: false })?.isDirectory())
    throw new Failure(
      "invalid",
      link,
      "a directory is in the place of a link",
      `Move it away: mv ${link} ${link}.old`,
    );
  const temporary = beside(link);
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, link);
}

/** The time of a version's directory says since when it is not the current one any more. */
function markReplaced(directory: string): void {
  const now = new Date();
  if (existsSync(directory)) utimesSync(directory, now, now);
}

/** When a version ceased to be the current one: milliseconds since 1970. */
export const replacedAt = ({ directory }: Version): number => statSync(directory).mtimeMs;
