import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beside, makeDirectory, putInPlace, removeLeftovers, writeFile } from "./files.ts";
import { findKernel } from "./find-kernel.ts";
import { modulePack } from "./module-pack.ts";
import type { ImagePlace } from "./names.ts";
import type { RootFiles } from "./root-files.ts";
import { run } from "./run.ts";
import { orNoSpace } from "./space.ts";

/** What of an image the clients fetch before they have it. */
export interface BootFiles {
  version: string;
  vmlinuz: string;
  modules: string;
}

/** `added` names modules that the pack is to hold beside its own. Makes vmlinuz and modules.img beside their places, and gives what `use` needs to put them there; takes them away otherwise. */
export async function withBootFiles<T>(
  place: ImagePlace,
  files: RootFiles,
  added: string[],
  use: (made: BootFiles, putAllInPlace: () => void) => Promise<T>,
): Promise<T> {
  const kernel = await findKernel(files);
  makeDirectory(place.bootDir);
  const [vmlinuz, modules] = [join(place.bootDir, "vmlinuz"), join(place.bootDir, "modules.img")];
  const packed = beside(join(place.bootDir, "modules.cpio"));
  removeLeftovers(vmlinuz, modules, join(place.bootDir, "modules.cpio"));
  try {
    orNoSpace(vmlinuz, () => copyFileSync(kernel.path, beside(vmlinuz)));
    const pack = await modulePack(kernel, files, added);
    const stamp = new Stamp(modules, pack);
    if (stamp.isCurrent()) linkSync(modules, beside(modules));
    else {
      orNoSpace(packed, () => writeFileSync(packed, pack));
      // Level 19 unpacks as fast as any other; its 20 s are paid once, here, and every client's every boot gains.
      await run("zstd", ["-q", "-19", "-T0", "--rm", "-f", "-o", beside(modules), packed], {
        writes: modules,
      });
    }
    for (const path of [vmlinuz, modules]) chmodSync(beside(path), 0o644);
    return await use({ version: kernel.version, vmlinuz, modules }, () => {
      putInPlace(modules);
      putInPlace(vmlinuz);
      stamp.write();
    });
  } finally {
    for (const path of [packed, beside(vmlinuz), beside(modules)]) rmSync(path, { force: true });
  }
}

/** The sizes of finished boot files, in bytes. */
export function bootSizes(made: BootFiles): { vmlinuz: number; modules: number } {
  return { vmlinuz: statSync(made.vmlinuz).size, modules: statSync(made.modules).size };
}

/** Says what a modules.img was made from, so that the same is not compressed again each time an image is made. */
class Stamp {
  readonly #path: string;
  readonly #sum: string;

  constructor(
    readonly target: string,
    pack: Buffer,
  ) {
    this.#path = join(dirname(target), ".modules.json");
    this.#sum = createHash("sha256").update(pack).digest("hex");
  }

  isCurrent(): boolean {
    return (
      existsSync(this.target) && existsSync(this.#path) && readFileSync(this.#path, "utf8") === this.#text()
    );
  }

  write(): void {
    writeFile(this.#path, this.#text(), 0o644);
  }

  /** The size and the time of change are those of the finished file: one that was changed since is made again. */
  #text(): string {
    const { size, mtimeMs } = statSync(this.target);
    return JSON.stringify({ pack: this.#sum, size, mtimeMs });
  }
}
