import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  linkSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { type BootImage, bootImageArchive } from "../initrd/boot-image.ts";
import { compressTo } from "./compress.ts";
import { beside } from "./files.ts";
import { hasVerity, type Kernel } from "./find-kernel.ts";
import { modulePacks } from "./module-pack.ts";
import type { RootFiles } from "./root-files.ts";
import { orNoSpace } from "./space.ts";
import { isAsMade, type Manifest } from "./versions/manifest.ts";
import type { Version } from "./versions/versions.ts";

/**
 * What of an image the clients fetch before they have it. The drivers of cards that only servers have are apart, and
 * fetched by clients with such a card.
 */
export const bootFileNames = ["vmlinuz", "modules.img", "modules-rare.img"] as const;

/** Boot files in a directory. */
export interface BootFiles {
  /** The version of the kernel. */
  kernel: string;
  /** This kernel can check by a hash tree what it reads of an image. */
  canCheck: boolean;
  /** The sum of what the packs of modules were made from (SHA-256, hex). */
  packs: string;
}

/**
 * Makes vmlinuz and both packs of modules of a root's kernel in a directory. The packs are taken from one of the image's
 * versions, if it has the same: they take 20 s to compress.
 */
export async function makeBootFiles(
  directory: string,
  kernel: Kernel,
  files: RootFiles,
  versions: readonly Version[],
): Promise<BootFiles> {
  const [vmlinuz, modules, modulesRare] = bootFileNames.map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  orNoSpace(vmlinuz, () => copyFileSync(kernel.path, vmlinuz));
  const { common, rare } = await modulePacks(kernel, files);
  const packs = createHash("sha256").update(common).update(rare).digest("hex");
  if (!(await reusePacks(packs, versions, modules, modulesRare))) {
    await compressTo(common, modules);
    await compressTo(rare, modulesRare);
  }
  for (const path of [vmlinuz, modules, modulesRare]) chmodSync(path, 0o644);
  return { kernel: kernel.version, canCheck: hasVerity(kernel), packs };
}

/** Puts the packs of the newest version that has the same to these paths, if there is one that is as it was made. */
async function reusePacks(
  packs: string,
  versions: readonly Version[],
  modules: string,
  rare: string,
): Promise<boolean> {
  for (const { directory, manifest } of versions.toReversed()) {
    if (manifest instanceof Failure || manifest.packs?.sha256 !== packs) continue;
    const [common, apart] = ["modules.img", "modules-rare.img"] as const;
    if (!(await isAsMade(directory, manifest, common)) || !(await isAsMade(directory, manifest, apart)))
      continue;
    const content = readFileSync(join(directory, common)).subarray(manifest.packs.start);
    orNoSpace(modules, () => writeFileSync(modules, content));
    linkSync(join(directory, apart), rare);
    return true;
  }
  return false;
}

/**
 * Says, in front of a directory's modules.img, which image belongs to it; returns how many bytes that takes. The kernel
 * unpacks one archive after another.
 */
export function nameImage(directory: string, image: BootImage): number {
  const modules = join(directory, "modules.img");
  const head = bootImageArchive(image);
  orNoSpace(modules, () => {
    writeFileSync(beside(modules), head, { mode: 0o644 });
    appendFileSync(beside(modules), readFileSync(modules));
    renameSync(beside(modules), modules);
  });
  return head.length;
}

/** The sizes of a version's boot files, in bytes. */
export function bootSizes({ files }: Manifest): { vmlinuz: number; modules: number; modulesRare: number } {
  const [vmlinuz = 0, modules = 0, modulesRare = 0] = bootFileNames.map((name) => files[name]?.size);
  return { vmlinuz, modules, modulesRare };
}
