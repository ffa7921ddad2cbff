import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { bootFileNames, nameImage } from "../boot-files.ts";
import { beside, flush, makeDirectory, removeLeftovers, writeFile } from "../files.ts";
import { kernelVersion } from "../find-kernel.ts";
import { describeFile, MANIFEST, type Manifest } from "./manifest.ts";
import { publish, sameFile } from "./publish.ts";
import { idOf, type MadeVersion, newId, ROOT, type VersionsPlace, versionIds } from "./versions.ts";

/** What a manifest says beside what is seen of the files, and of those of them that were seen already. */
type Described = Pick<Manifest, "kernel"> &
  Partial<Pick<Manifest, "source" | "note" | "verity" | "packs" | "files">>;

/** A version that is being made. */
interface NewVersion {
  id: string;
  /** Where its files are to be put: nobody sees it, and it is gone if `add` is not called. */
  directory: string;
  /** Puts the whole among the image's versions. */
  add(described: Described): Promise<MadeVersion>;
}

/** Runs `use` with a version to make. For the holder of the image's lock. */
export async function withNewVersion<T>(
  place: VersionsPlace,
  use: (version: NewVersion) => Promise<T>,
): Promise<T> {
  await adopt(place);
  return making(place, new Date(), newId(place), use);
}

async function making<T>(
  place: VersionsPlace,
  made: Date,
  id: string,
  use: (version: NewVersion) => Promise<T>,
): Promise<T> {
  const target = join(dirname(place.image), `${place.name}.version`);
  makeDirectory(dirname(target));
  removeLeftovers(target);
  const directory = beside(target);
  mkdirSync(directory);
  const add = async (described: Described) => {
    const manifest: Manifest = {
      name: place.name,
      version: id,
      made: made.toISOString(),
      ltsp: packageJson.version,
      ...described,
      files: await describeFiles(directory, described.files),
    };
    writeFile(join(directory, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, 0o644);
    for (const name of Object.keys(manifest.files)) flush(join(directory, name));
    mkdirSync(place.versions, { recursive: true });
    const kept = join(place.versions, id);
    renameSync(directory, kept);
    return { id, directory: kept, manifest };
  };
  try {
    return await use({ id, directory, add });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function describeFiles(directory: string, known: Manifest["files"] = {}): Promise<Manifest["files"]> {
  const names = readdirSync(directory).sort();
  const described = names.map(
    async (name) => [name, known[name] ?? (await describeFile(join(directory, name)))] as const,
  );
  return Object.fromEntries(await Promise.all(described));
}

/** An image of an ltsp that knew no versions becomes the first of them, so that there is a way back to it. */
async function adopt(place: VersionsPlace): Promise<void> {
  const files = [
    { name: ROOT, path: place.image },
    ...bootFileNames.map((name) => ({ name, path: join(place.bootDir, name) })),
  ];
  const isFile = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  const there = files.filter(({ path }) => isFile(path));
  // Those of its first time had no modules-rare.img.
  if (versionIds(place).length > 0 || !files.slice(0, 3).every(({ path }) => isFile(path))) return;
  const made = statSync(place.image).mtime;
  await making(place, made, idOf(made), async ({ id, directory, add }) => {
    for (const { name, path } of there) sameFile(path, join(directory, name));
    // A client that falls back to it is to mount this root, and not what has taken its place.
    nameImage(directory, { name: place.name, version: id, size: statSync(join(directory, ROOT)).size });
    const kernel = kernelVersion(join(directory, "vmlinuz"));
    publish(place, await add({ kernel }));
  });
  rmSync(join(place.bootDir, ".modules.json"), { force: true });
}
