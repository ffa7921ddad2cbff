import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { withTemporaryDirectory } from "./files.ts";
import { type ImagePlace, noSuchRoot } from "./names.ts";
import type { Options } from "./options.ts";
import { run } from "./run.ts";
import { withMounted } from "./source.ts";

/** An operating system's files, wherever they come from. */
export interface RootFiles {
  /** Where they can be read, once they were asked for. */
  directory: string;
  /** What to call it in a message: the root's directory, or the image. */
  source: string;
  /** Makes these paths (globs, without a leading slash) readable below `directory`; ones that are not there are no error. */
  ask(globs: string[]): Promise<void>;
  /** The same for literal paths, and for the files that they link to. */
  askExactly(paths: string[]): Promise<void>;
}

/** Runs `use` with the files of an image's root directory, or else with those inside its image. */
export async function withRootFiles<T>(
  place: ImagePlace,
  argument: string,
  options: Options,
  use: (files: RootFiles) => Promise<T>,
): Promise<T> {
  const { root, layers, image } = place;
  if (root !== undefined) return use(rootDirectory(root, root));
  if (layers !== undefined)
    return withMounted(layers, (mounted) => use(rootDirectory(mounted, layers[0]?.where ?? argument)));
  if (!existsSync(image)) throw noSuchRoot(argument, options);
  // Unpacked and not mounted: a container has no loop devices.
  return withTemporaryDirectory((scratch) => use(unpacker(image, scratch)));
}

/** The files of a root that is there: nothing has to be done to read them. `source` is its name in messages. */
export function rootDirectory(root: string, source: string): RootFiles {
  return { directory: root, source, ask: async () => {}, askExactly: async () => {} };
}

function unpacker(image: string, scratch: string): RootFiles {
  const directory = join(scratch, "root");
  const list = join(scratch, "list");
  const unpack = async (paths: string[], ...flags: string[]) => {
    writeFileSync(list, paths.map((path) => `${path}\n`).join(""));
    const args = [
      "-quiet",
      "-no-progress",
      "-force",
      "-no-xattrs",
      ...flags,
      "-dest",
      directory,
      "-ef",
      list,
      image,
    ];
    try {
      await run("unsquashfs", args, { writes: directory });
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== "system") throw error;
      throw new Failure(
        "invalid",
        image,
        `this is not a whole squashfs (${error.why})`,
        "Make it again: ltsp image NAME",
        {
          cause: error,
        },
      );
    }
  };
  return {
    directory,
    source: image,
    ask: (globs) => unpack(globs),
    askExactly: (paths) => unpack(paths, "-follow-symlinks"),
  };
}
