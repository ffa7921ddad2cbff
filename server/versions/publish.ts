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
import { beside, makeDirectory, removeLeftovers } from "../files.ts";
import { orNoSpace } from "../space.ts";
import {
  currentId,
  linkTarget,
  previousOf,
  ROOT,
  type Version,
  type VersionsPlace,
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
  removeLeftovers(...[...linkNames, ...ids].map((name) => join(bootDir, name)), place.image);
  putBootFiles(bootDir, version);
  const before = currentId(place);
  const previous = previousOf(versionsOf(place), version.id);
  if (previous !== undefined) {
    putBootFiles(bootDir, previous);
    point(join(bootDir, "previous"), previous.id);
  } else rmSync(join(bootDir, "previous"), { force: true });
  point(join(bootDir, "current"), version.id);
  if (before !== undefined && before !== version.id) markReplaced(join(place.versions, before));
  for (const name of bootFileNames) point(join(bootDir, name), `current/${name}`);
  if (existsSync(join(version.directory, ROOT)))
    point(place.image, join("versions", place.name, version.id, ROOT));
}

const linkNames = ["previous", "current", ...bootFileNames];

/** The boot files of a version, where clients fetch them from: the same files, or copies if that is another file system. */
function putBootFiles(bootDir: string, { id, directory }: Version): void {
  const target = join(bootDir, id);
  const there = bootFileNames.filter((name) => existsSync(join(directory, name)));
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;
  if (there.every((name) => sizeOf(join(target, name)) === sizeOf(join(directory, name)))) return;
  const temporary = beside(target);
  orNoSpace(target, () => {
    mkdirSync(temporary);
    for (const name of there) sameFile(join(directory, name), join(temporary, name));
    // The menu asks for it first, so that all that it fetches is of one version.
    writeFileSync(join(temporary, "version.ipxe"), `#!ipxe\nset version ${id}\n`, { mode: 0o644 });
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
  });
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
