import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lan } from "../../qemu/lan.ts";
import { nameImage } from "../../server/boot-files.ts";
import { placeOfImage } from "../../server/names.ts";
import { defaults } from "../../server/options.ts";
import { addHashTree } from "../../server/verity.ts";
import { withNewVersion } from "../../server/versions/make.ts";
import { publish } from "../../server/versions/publish.ts";
import { currentVersion, ROOT } from "../../server/versions/versions.ts";

/** The files of a version that was made here: its own, and may be broken. */
export interface AddedVersion {
  id: string;
  root: string;
  /** Where clients fetch it from. */
  vmlinuz: string;
}

/**
 * Makes a version of an image as `ltsp image` does, but of the current version of another image, `like`: without packing
 * anything anew. `change` may change its squashfs, before the hash tree is made.
 */
export async function addVersion(
  lan: Lan,
  name: string,
  like: string,
  change: (root: string) => void = () => {},
): Promise<AddedVersion> {
  const options = { ...defaults, base: lan.base, tftp: lan.tftp };
  const place = placeOfImage(name, options);
  const model = currentVersion(placeOfImage(like, options));
  if (model?.manifest.packs === undefined) throw new Error(`there is no image ${like}`);
  const { source, kernel, packs, verity } = model.manifest;
  return withNewVersion(place, async ({ id, directory, add }) => {
    const [from, to] = [model.directory, directory].map((parent) => (file: string) => join(parent, file));
    if (from === undefined || to === undefined || verity === undefined) throw new Error("no hash tree");
    for (const file of ["vmlinuz", "modules-rare.img"]) linkSync(from(file), to(file));
    writeFileSync(to("modules.img"), readFileSync(from("modules.img")).subarray(packs.start));
    copyFileSync(from(ROOT), to(ROOT));
    truncateSync(to(ROOT), verity.dataBlocks * 4096);
    change(to(ROOT));
    // With a salt of its own, as any other version.
    const checked = { verity: await addHashTree(to(ROOT)) };
    const start = nameImage(directory, { name, version: id, size: statSync(to(ROOT)).size, ...checked });
    const version = await add({ source, kernel, packs: { ...packs, start }, ...checked });
    publish(place, version);
    return {
      id,
      root: join(version.directory, ROOT),
      vmlinuz: join(place.bootDir, id, "vmlinuz"),
    };
  });
}

/** Changes a byte of a version's root: of the time in the superblock, which no reader of it needs, or of /planted. */
export function changeByte({ root }: AddedVersion, where: "superblock" | "planted"): void {
  const data = readFileSync(root);
  const at = where === "superblock" ? 8 : data.indexOf(START) + MIB / 2;
  data.writeUInt8(data.readUInt8(at) ^ 1, at);
  writeFileSync(root, data);
}

const MIB = 2 ** 20;

/** What /planted starts with, so that it is found in the image. */
const START = randomBytes(64);

/** Adds /planted to a squashfs: a file of 1 MiB that does not get smaller. */
export function plant(image: string): void {
  const content = Buffer.concat([START, randomBytes(MIB - START.length)]);
  squashfs(image, (directory) => writeFileSync(join(directory, "planted"), content));
}

/** Makes a squashfs hold nothing. */
export function empty(image: string): void {
  rmSync(image);
  squashfs(image, () => {});
}

function squashfs(image: string, fill: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-squashfs-"));
  try {
    fill(directory);
    const args = [directory, image, "-no-progress", "-quiet", "-no-recovery"];
    const { status, stderr } = spawnSync("mksquashfs", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`mksquashfs: ${stderr}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
