import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../conf/failure.ts";
import { bootFileNames } from "../boot-files.ts";
import { isSameFile } from "../files.ts";
import type { Report } from "../options.ts";
import { isAsMade } from "./manifest.ts";
import { previousLinks, VERSION_SCRIPT } from "./publish.ts";
import {
  currentId,
  linkTarget,
  previousId,
  ROOT,
  type Version,
  type VersionsPlace,
  versionIds,
  versionsOf,
} from "./versions.ts";

/** `ltsp image --check`: is every file of these images' versions what it was when it was made? Status 1 if not. */
export async function checkVersions(places: readonly VersionsPlace[]): Promise<Report> {
  const lines: string[] = [];
  const errors: string[] = [];
  for (const place of places) {
    const versions = versionsOf(place);
    if (versions.length === 0)
      lines.push(`${place.image}: it has no versions, and nothing to compare it with`);
    const current = currentId(place);
    const previous = previousId(place, versions, current ?? "");
    const served = [current, previous];
    for (const version of versions) {
      const faults = [
        ...(await faultsOf(place, version, version.id === current)),
        ...(served.includes(version.id) ? notServed(place, version) : []),
      ];
      errors.push(...faults);
      if (faults.length === 0) lines.push(`${place.name} ${version.id}: all files are as they were made`);
    }
    if (versions.length > 0) errors.push(...linkFaults(place, current, previous));
  }
  return { lines, data: { checked: lines, errors }, errors, status: errors.length === 0 ? 0 : 1 };
}

async function faultsOf(place: VersionsPlace, version: Version, isCurrent: boolean): Promise<string[]> {
  const { id, directory, manifest } = version;
  if (manifest instanceof Failure) return [manifest.message];
  const published = join(place.bootDir, id);
  const copies = bootFileNames.filter((name) => isCopy(join(directory, name), join(published, name)));
  const files = [
    ...Object.keys(manifest.files).map((name) => ({
      in: directory,
      name,
      remedy: isCurrent
        ? `Make a new version: ltsp image ${manifest.source ?? place.name}; or go back to the one before: ltsp image --revert ${place.name}`
        : `Nobody should go back to this version. Remove it: rm -r ${directory}; ltsp image --revert=${currentId(place)} ${place.name}`,
    })),
    ...copies.map((name) => ({
      in: published,
      name,
      remedy: `Copy it anew: rm -r ${published}; ltsp image --revert=${currentId(place)} ${place.name}`,
    })),
  ];
  const faults: string[] = [];
  for (const file of files) {
    if (await isAsMade(file.in, manifest, file.name)) continue;
    const path = join(file.in, file.name);
    const why = existsSync(path) ? "it is not what it was when it was made" : "it is not there";
    faults.push(new Failure("invalid", path, why, file.remedy).message);
  }
  return faults;
}

/** What of a version clients cannot fetch, as it is not where they look for it. */
function notServed(place: VersionsPlace, { id, manifest }: Version): string[] {
  if (manifest instanceof Failure) return [];
  const names = [VERSION_SCRIPT, ...bootFileNames.filter((name) => name in manifest.files)];
  return names
    .map((name) => join(place.bootDir, id, name))
    .filter((path) => !existsSync(path))
    .map((path) => {
      const remedy = `Put it there: ltsp image --revert=${currentId(place)} ${place.name}`;
      return new Failure("missing", path, "it is not there, and clients fetch it from there", remedy).message;
    });
}

/** Is the second file there, and not just another name of the first? */
function isCopy(one: string, other: string): boolean {
  return existsSync(other) && !isSameFile(one, other);
}

/** What is wrong with the links to the current version. */
function linkFaults(
  place: VersionsPlace,
  current: string | undefined,
  previous: string | undefined,
): string[] {
  const { name, bootDir } = place;
  if (current === undefined || !versionIds(place).includes(current)) {
    const remedy = `Choose one of these: ${versionIds(place).join(", ")}, with: ltsp image --revert=VERSION ${name}`;
    return [new Failure("missing", join(bootDir, "current"), "it leads to no version", remedy).message];
  }
  return [...previousFaults(place, current, previous), ...imageFaults(place, current)];
}

/** The links to what clients boot where the current version does not boot. */
function previousFaults(place: VersionsPlace, current: string, previous: string | undefined): string[] {
  return previousLinks(place)
    .filter((link) => linkTarget(link) !== previous)
    .map((link) => {
      const why = `it does not lead to what clients boot where ${current} does not boot, ${previous ?? "which is nothing"}`;
      const remedy = `Let it: ltsp image --revert=${current} ${place.name}`;
      return new Failure("invalid", link, why, remedy).message;
    });
}

/** The link for what knows no versions. */
function imageFaults({ name, image, versions }: VersionsPlace, current: string): string[] {
  const isRoot = existsSync(join(versions, current, ROOT));
  if (!isRoot || linkTarget(image) === join("versions", name, current, ROOT)) return [];
  const isByHand = lstatSync(image, { throwIfNoEntry: false })?.isFile();
  const why = isByHand
    ? `somebody put it there, and clients boot the version ${current} instead`
    : `it does not lead to the version that clients boot, ${current}`;
  const remedy = isByHand
    ? `Make it a version: ltsp kernel ${name}`
    : `Let it: ltsp image --revert=${current} ${name}`;
  return [new Failure("invalid", image, why, remedy).message];
}
