import { existsSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "../conf/failure.ts";
import { type LayerText, parseLayers } from "../conf/layers.ts";
import { type DiskPart, diskFormat, partsOf, typeOf } from "./disk.ts";
import { withTemporaryDirectory } from "./files.ts";
import { MountNamespace } from "./mount-namespace.ts";
import { exportRaw } from "./virtual-disk.ts";

const forms =
  "Give a directory, / for this very system, or the image of a disk or live CD: DISK.img[,partition=2][,subdir=DIR][,,LOWER LAYER].";

/** The squashfs files of live CDs, each list from the top layer down: Debian, Ubuntu, Ubuntu since 23.04. */
const liveLayers = [
  ["live/filesystem.squashfs"],
  ["casper/filesystem.squashfs"],
  ["casper/minimal.standard.squashfs", "casper/minimal.squashfs"],
  ["casper/minimal.squashfs"],
];

/** Options by which a file system is read without writing to it, not even what it did not finish on its disk. */
const readOnly: Readonly<Record<string, string>> = { ext3: ",noload", ext4: ",noload", xfs: ",norecovery" };

/** The layers that an argument of `ltsp image` names; undefined for a plain directory. */
export function sourceLayers(argument: string): LayerText[] | undefined {
  const layers = parseLayers(argument, (layer, why) => new Failure("usage", layer, why, forms));
  const [only] = layers;
  const isPlain =
    layers.length === 1 &&
    only?.where === argument &&
    !statSync(argument, { throwIfNoEntry: false })?.isFile();
  return isPlain ? undefined : layers;
}

/** What an operating system's root has, and this directory has not; undefined if it can be one. */
export const lacking = (directory: string): string | undefined =>
  ["etc", "usr/bin"].find((part) => !existsSync(join(directory, part)));

/**
 * Runs `use` with a directory that has the root of these layers, which are only read. `check` fails if not all that was
 * read till then was really there: to be asked before anything is published.
 */
export async function withMounted<T>(
  layers: readonly LayerText[],
  use: (root: string, check: () => void) => Promise<T>,
): Promise<T> {
  return withTemporaryDirectory(async (scratch) => {
    const mounts = await MountNamespace.open();
    const check = () => mounts.check();
    const useMounted = async (root: string) => {
      try {
        return await use(mounts.path(root), check);
      } catch (error) {
        check(); // the better reason
        throw error;
      }
    };
    try {
      const place = new Places(scratch);
      const roots: string[] = [];
      for (const layer of layers)
        roots.push(...(await mountLayer(mounts, layer, layers.length === 1, place)));
      if (roots.length === 1) return await useMounted(roots[0] ?? "");
      const top = await place.next();
      await mounts.mount("-t", "overlay", "-o", `ro,lowerdir=${roots.map(escaped).join(":")}`, "ltsp", top);
      return await useMounted(top);
    } finally {
      await mounts.close();
    }
  });
}

/** overlayfs parts its layers, and mount(8) its options, by these. */
const escaped = (directory: string) => directory.replaceAll(/[\\:,]/g, "\\$&");

/** Empty directories to mount on. */
class Places {
  #count = 0;
  readonly #scratch: string;

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  async next(): Promise<string> {
    this.#count += 1;
    const directory = join(this.#scratch, String(this.#count));
    await mkdir(directory);
    return directory;
  }
}

/**
 * Mounts one layer; the directories that are its root, top first: a live CD's is of several. One of many layers need not
 * be a `whole` root.
 */
async function mountLayer(
  mounts: MountNamespace,
  layer: LayerText,
  whole: boolean,
  place: Places,
): Promise<string[]> {
  const path = resolve(layer.where);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new Failure("missing", layer.where, "there is no such file", forms);
  if (status.isDirectory()) return [below(path, layer)];
  const disk = await rawDisk(mounts, path, place);
  const parts = chosen(await partsOf(mounts.path(disk)), layer, path);
  for (const part of parts) {
    const mounted = await mountPart(mounts, disk, part, layer, place);
    const roots =
      mounted === undefined ? undefined : await rootsIn(mounts, below(mounted, layer), whole, place);
    if (roots !== undefined) return roots;
  }
  throw new Failure(
    "invalid",
    path,
    parts[0]?.number === undefined
      ? "it holds no root of an operating system"
      : `none of its partitions (${numbers(parts)}) holds the root of an operating system`,
    "If the root is in a directory of it, name that: ,subdir=DIR",
  );
}

/** The disk as the kernel can read it: the file itself, or what QEMU makes of it, which only the namespace sees. */
async function rawDisk(mounts: MountNamespace, path: string, place: Places): Promise<string> {
  const format = diskFormat(path);
  if (format === undefined) return path;
  const file = join(await place.next(), "disk");
  await exportRaw(mounts, path, format, file);
  return file;
}

const numbers = (parts: readonly DiskPart[]) => parts.map(({ number }) => number).join(", ");

/** The partitions to look into: the one that is named, or all. */
function chosen(parts: readonly DiskPart[], { partition }: LayerText, path: string): readonly DiskPart[] {
  const named = parts.filter(({ number }) => partition === undefined || number === partition);
  if (named.length > 0) return named;
  const remedy =
    parts[0]?.number === undefined
      ? "It has no partitions at all: leave ,partition= out."
      : `It has these: ${numbers(parts)}.`;
  throw new Failure("missing", path, `it has no partition ${partition}`, remedy);
}

/** What of a mounted directory is a root: itself, or the squashfs files of a live CD; undefined if nothing is. */
async function rootsIn(
  mounts: MountNamespace,
  directory: string,
  whole: boolean,
  place: Places,
): Promise<string[] | undefined> {
  const inside = mounts.path(directory);
  const live = liveLayers.find((names) => names.every((name) => existsSync(join(inside, name))));
  if (live === undefined) {
    const isThere = whole ? lacking(inside) === undefined : existsSync(inside);
    return isThere ? [directory] : undefined;
  }
  const roots: string[] = [];
  for (const name of live) {
    const root = await place.next();
    await mounts.mount("-t", "squashfs", "-o", "ro,loop", join(directory, name), root);
    roots.push(root);
  }
  return roots;
}

/** Mounts a partition of a raw disk, or the file system that is all of it; undefined if it holds none that can be read. */
async function mountPart(
  mounts: MountNamespace,
  disk: string,
  part: DiskPart,
  layer: LayerText,
  place: Places,
): Promise<string | undefined> {
  const type = layer.fstype ?? (await typeOf(mounts.path(disk), part));
  if (type === undefined || type === "swap" || type === "crypto_LUKS" || type === "LVM2_member")
    return undefined;
  const directory = await place.next();
  const range = part.number === undefined ? "" : `,offset=${part.offset},sizelimit=${part.size}`;
  const more = layer.options.map((option) => `,${option}`).join("");
  const options = `ro,loop${range}${readOnly[type] ?? ""}${more}`;
  await mounts.mount("-t", type, "-o", options, disk, directory);
  return directory;
}

/** The directory of a layer that is the root. */
const below = (directory: string, { subdir }: LayerText) => join(directory, join("/", subdir ?? ""));
