import { lstatSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { evaluate } from "../conf/evaluate.ts";
import { type BootFiles, bootFileNames, bootSizes, makeBootFiles, nameImage } from "./boot-files.ts";
import { readConf } from "./conf.ts";
import { makeDirectory } from "./files.ts";
import { findKernel } from "./find-kernel.ts";
import { kernelChoice } from "./kernel-initrd.ts";
import { withLock } from "./lock.ts";
import { type ImagePlace, placeOf } from "./names.ts";
import type { Options, Report } from "./options.ts";
import { linkPiFiles } from "./raspberry-pi.ts";
import { withRootFiles } from "./root-files.ts";
import { size } from "./space.ts";
import { withNewVersion } from "./versions/make.ts";
import { isAsMade, type Manifest } from "./versions/manifest.ts";
import { keptImages, pruneAfter, prunedLines } from "./versions/prune.ts";
import { publish, publishNew, sameFile } from "./versions/publish.ts";
import { currentVersion, type MadeVersion, ROOT, versionsOf } from "./versions/versions.ts";

/**
 * `ltsp kernel NAME`: a kernel of a root (or of its image), the newest unless `wanted` names one, and its modules, for the
 * clients to fetch. With the image that there is they become a new version, unless the current one has the same. Of the
 * root that RPI_IMAGE names, what Raspberry Pis fetch.
 */
export async function kernel(
  argument: string,
  options: Options,
  wanted?: string,
  kernelInitrd?: string,
): Promise<Report> {
  const place = placeOf(argument, options);
  const settings = evaluate(readConf(options.conf), { side: "server", applet: "kernel" });
  if (settings.get("RPI_IMAGE")?.trim() === place.name) return linkPiFiles(place, argument, options);
  const keep = keptImages(settings);
  const choice = kernelChoice(wanted, kernelInitrd, settings);
  return withRootFiles(place, argument, options, (files) => {
    makeDirectory(dirname(place.lock));
    return withLock(place.lock, `image ${place.name}`, () =>
      withNewVersion(place, async ({ id, directory, add }) => {
        const kernel = await findKernel(files, choice);
        const boot = await makeBootFiles(directory, kernel, files, versionsOf(place));
        const root = rootFor(place);
        const same = await sameAs(root.version, boot, directory);
        const version =
          same ??
          (await add({
            source: root.path === undefined ? place.source : root.version?.manifest.source,
            kernel: boot.kernel,
            ...nameRoot(root, directory, { name: place.name, version: id }, boot),
          }));
        if (same === undefined) publishNew(place, version);
        else publish(place, same);
        const { pruned, errors } = await pruneAfter(place, keep);
        return { ...report(place, version, prunedLines(pruned)), errors };
      }),
    );
  });
}

/** The image that new boot files are for, if there is one. */
interface Root {
  path?: string;
  /** The version that it is of; none if somebody put it there by hand. */
  version?: MadeVersion;
}

function rootFor(place: ImagePlace): Root {
  if (lstatSync(place.image, { throwIfNoEntry: false })?.isFile()) return { path: place.image };
  const version = currentVersion(place);
  if (version === undefined) return {};
  return { version, ...(ROOT in version.manifest.files ? { path: join(version.directory, ROOT) } : {}) };
}

/** The version, if it has these very boot files, and still has them whole. */
async function sameAs(
  version: MadeVersion | undefined,
  { packs }: BootFiles,
  directory: string,
): Promise<MadeVersion | undefined> {
  if (version?.manifest.packs?.sha256 !== packs) return undefined;
  const { manifest } = version;
  if (!(await isAsMade(directory, manifest, "vmlinuz"))) return undefined;
  for (const name of bootFileNames)
    if (!(await isAsMade(version.directory, manifest, name))) return undefined;
  return version;
}

/** Takes the root into a new version, and says so in its modules.img. */
function nameRoot(
  { path, version }: Root,
  directory: string,
  name: { name: string; version: string },
  { packs, canCheck }: BootFiles,
): Partial<Manifest> {
  if (path === undefined) return { packs: { sha256: packs, start: 0 } };
  sameFile(path, join(directory, ROOT));
  const verity = canCheck ? version?.manifest.verity : undefined;
  const checked = verity === undefined ? {} : { verity };
  const start = nameImage(directory, { ...name, size: statSync(path).size, ...checked });
  return { packs: { sha256: packs, start }, ...checked };
}

function report(place: ImagePlace, { id, manifest }: MadeVersion, pruned: string[]): Report {
  const sizes = bootSizes(manifest);
  const [vmlinuz, modules, modulesRare] = bootFileNames.map((name) => join(place.bootDir, name));
  return {
    lines: [
      `${vmlinuz}: kernel ${manifest.kernel}, ${size(sizes.vmlinuz)}`,
      `${modules}: ${size(sizes.modules)}`,
      `${modulesRare}: ${size(sizes.modulesRare)}, only for cards of servers and data centres`,
      ...pruned,
    ],
    data: {
      image: place.name,
      version: manifest.kernel,
      imageVersion: id,
      vmlinuz,
      modules,
      modulesRare,
      sizes,
    },
  };
}
