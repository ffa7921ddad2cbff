import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, linkSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { compressBeside } from "./compress.ts";
import { beside, makeDirectory, putInPlace, removeLeftovers, writeFile } from "./files.ts";
import { findKernel, type KernelChoice } from "./find-kernel.ts";
import { type ModulePacks, modulePacks } from "./module-pack.ts";
import type { ImagePlace } from "./names.ts";
import type { RootFiles } from "./root-files.ts";
import { orNoSpace } from "./space.ts";

/** What of an image the clients fetch before they have it. */
export interface BootFiles {
  version: string;
  vmlinuz: string;
  modules: string;
  /** The drivers of cards that only servers have: fetched by clients with such a card. */
  modulesRare: string;
}

/**
 * Makes vmlinuz and both packs of modules beside their places, and gives what `use` needs to put them there;
 * takes them away otherwise.
 */
export async function withBootFiles<T>(
  place: ImagePlace,
  files: RootFiles,
  choice: KernelChoice,
  use: (made: BootFiles, putAllInPlace: () => void) => Promise<T>,
): Promise<T> {
  const kernel = await findKernel(files, choice);
  makeDirectory(place.bootDir);
  const [vmlinuz, modules, modulesRare] = [
    join(place.bootDir, "vmlinuz"),
    join(place.bootDir, "modules.img"),
    join(place.bootDir, "modules-rare.img"),
  ];
  const all = [modules, modulesRare, vmlinuz];
  removeLeftovers(...all, stampOf(place.bootDir));
  try {
    orNoSpace(vmlinuz, () => copyFileSync(kernel.path, beside(vmlinuz)));
    const packs = await modulePacks(kernel, files);
    const stamp = new Stamp(place.bootDir, [modules, modulesRare], packs);
    if (stamp.isCurrent()) {
      for (const path of [modules, modulesRare]) linkSync(path, beside(path));
    } else {
      await compressBeside(packs.common, modules);
      await compressBeside(packs.rare, modulesRare);
    }
    for (const path of all) chmodSync(beside(path), 0o644);
    return await use({ version: kernel.version, vmlinuz, modules, modulesRare }, () => {
      for (const path of all) putInPlace(path);
      stamp.write();
    });
  } finally {
    for (const path of all) rmSync(beside(path), { force: true });
  }
}

/** In bytes. */
export interface BootSizes {
  vmlinuz: number;
  modules: number;
  modulesRare: number;
}

/** The sizes of finished boot files. */
export function bootSizes(made: BootFiles): BootSizes {
  return {
    vmlinuz: statSync(made.vmlinuz).size,
    modules: statSync(made.modules).size,
    modulesRare: statSync(made.modulesRare).size,
  };
}

const stampOf = (bootDir: string) => join(bootDir, ".modules.json");

/** Says what the packs were made from, so that the same is not compressed again each time an image is made. */
class Stamp {
  readonly #path: string;
  readonly #sum: string;

  constructor(
    bootDir: string,
    readonly targets: string[],
    packs: ModulePacks,
  ) {
    this.#path = stampOf(bootDir);
    this.#sum = createHash("sha256").update(packs.common).update(packs.rare).digest("hex");
  }

  isCurrent(): boolean {
    return (
      [this.#path, ...this.targets].every((path) => existsSync(path)) &&
      readFileSync(this.#path, "utf8") === this.#text()
    );
  }

  write(): void {
    writeFile(this.#path, this.#text(), 0o644);
  }

  /** The size and the time of change are those of the finished file: one that was changed since is made again. */
  #text(): string {
    const files = this.targets.map((path) => {
      const { size, mtimeMs } = statSync(path);
      return { size, mtimeMs };
    });
    return JSON.stringify({ packs: this.#sum, files });
  }
}
