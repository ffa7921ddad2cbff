import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf, Failure } from "../../conf/failure.ts";
import { FileSum } from "./file-sum.ts";

const hex = z.string().regex(/^[0-9a-f]+$/);
const count = z.int().nonnegative();

const schema = z.object({
  /** The image's name, and the version's. */
  name: z.string(),
  version: z.string(),
  /** When it was made: ISO 8601, UTC. */
  made: z.iso.datetime(),
  /** What `ltsp image` was given, with whole paths. Not there: an ltsp without versions has made it, or somebody by hand. */
  source: z.string().optional(),
  /** The version of the ltsp that made it. */
  ltsp: z.string(),
  /** The version of the kernel. */
  kernel: z.string(),
  /** What the admin wanted to remember (--note). */
  note: z.string().optional(),
  /** The version's files by their names: root.img, vmlinuz, modules.img, modules-rare.img. */
  files: z.record(z.string().regex(/^[\w-]+(\.\w+)?$/), z.object({ size: count, sha256: hex })),
  /** How to check root.img by its hash tree. Not there: made with --verity=0. */
  verity: z.object({ rootHash: hex, salt: hex, dataBlocks: count, hashStart: count }).optional(),
  /**
   * What the packs of modules were made from (sha256), and how many bytes of modules.img come before them: the next
   * version need not compress the same again.
   */
  packs: z.object({ sha256: hex, start: count }).optional(),
});

/** What belongs to a version of an image, and where it is from: `manifest.json` beside its files. It never changes. */
export type Manifest = z.infer<typeof schema>;

export const MANIFEST = "manifest.json";

/** The manifest of a version's directory; a Failure if there is none, or it cannot be what ltsp wrote. */
export function readManifest(directory: string): Manifest {
  const path = join(directory, MANIFEST);
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Failure("invalid", path, `this is not a version's manifest: ${why}`, undefined, {
      cause: error,
    });
  }
}

/** What a manifest says of a file. */
export async function describeFile(path: string): Promise<Manifest["files"][string]> {
  const { size } = statSync(path);
  const sum = new FileSum(path);
  await sum.upTo(size);
  return { size, sha256: sum.digest() };
}

/** Is a file of a version what its manifest says? */
export async function isAsMade(directory: string, manifest: Manifest, name: string): Promise<boolean> {
  const path = join(directory, name);
  const described = manifest.files[name];
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || described === undefined || stat.size !== described.size) return false;
  try {
    return (await describeFile(path)).sha256 === described.sha256;
  } catch (error) {
    // A disk that cannot read it any more; or it has just been removed.
    if (["EIO", "ENOENT"].includes(errnoOf(error) ?? "")) return false;
    throw error;
  }
}
