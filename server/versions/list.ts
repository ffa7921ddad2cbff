import { statSync } from "node:fs";
import { Failure } from "../../conf/failure.ts";
import { filesInUse } from "../in-use.ts";
import type { Report } from "../options.ts";
import { size } from "../space.ts";
import { currentId, previousId, rootOf, type Version, type VersionsPlace, versionsOf } from "./versions.ts";

/** A version as `--json` has it. */
interface Row {
  version: string;
  current: boolean;
  /** Clients boot it where the current one does not boot. */
  previous: boolean;
  /** What uses it on this server, in words. */
  users: string[];
  /** Bytes of all its files; not there where the manifest cannot be read, which `fault` tells. */
  size?: number;
  made?: string;
  source?: string | undefined;
  ltsp?: string;
  kernel?: string;
  note?: string | undefined;
  fault?: string;
}

/** `ltsp image --list`: the versions of these images, newest first. */
export async function listVersions(places: readonly VersionsPlace[]): Promise<Report> {
  const images = await Promise.all(places.map(async (place) => ({ place, rows: await rowsOf(place) })));
  return {
    lines: images.flatMap(({ place, rows }) => [`${place.image}:`, ...tableOf(place, rows)]),
    data: { images: images.map(({ place, rows }) => ({ image: place.name, versions: rows })) },
  };
}

async function rowsOf(place: VersionsPlace): Promise<Row[]> {
  const versions = versionsOf(place);
  const current = currentId(place) ?? "";
  const previous = previousId(place, versions, current);
  const users = await filesInUse(versions.map(rootOf));
  return versions.toReversed().map((version) => ({
    version: version.id,
    current: version.id === current,
    previous: version.id === previous,
    users: users.get(rootOf(version)) ?? [],
    ...described(version),
  }));
}

function described({ manifest }: Version): Partial<Row> {
  if (manifest instanceof Failure) return { fault: manifest.message };
  const { made, source, ltsp, kernel, note, files } = manifest;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.size, 0);
  return { size: bytes, made, source, ltsp, kernel, note };
}

/** The rows as lines: the current version has a star. */
function tableOf(place: VersionsPlace, rows: readonly Row[]): string[] {
  if (rows.length === 0) {
    const bytes = statSync(place.image, { throwIfNoEntry: false })?.size ?? 0;
    return [`  no versions: ${size(bytes)}, made by an earlier ltsp or by hand`];
  }
  return rows.map(({ version, current, made, kernel, source, note, users, fault, ...row }) => {
    const start = `${current ? "*" : " "} ${version}`;
    if (made === undefined) return `${start}  ${fault}`;
    const facts = [localTime(new Date(made)), size(row.size ?? 0), `kernel ${kernel}`];
    const from = source === undefined ? "made by an earlier ltsp or by hand" : `of ${source}`;
    const use = users.length === 0 ? [] : [`in use by ${users.join(", ")}`];
    return [start, ...facts, from, ...(note === undefined ? [] : [`"${note}"`]), ...use].join("  ");
  });
}

/** As the admin's clock says it: 2026-11-21 20:40. */
function localTime(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const date = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${date} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
