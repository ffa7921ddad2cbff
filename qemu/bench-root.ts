import { join } from "node:path";
import { command } from "./command.ts";
import { baseRecipe, ensureRoot, ensureTree, inRoot, roots } from "./roots.ts";

/** The root's name, and its image's. */
export const benchImage = "bookworm-bench";
export const benchRoot = join(roots, benchImage);

/** The Debian 12 root whose clients let root in, to be asked how they are. */
export async function ensureBenchRoot(say: (what: string) => void): Promise<string> {
  const root = await ensureRoot("bookworm", say);
  return ensureTree(benchRoot, baseRecipe.join("\n"), async (tree) => {
    await command(["cp", "--archive", "--link", `${root}/.`, tree]);
    await letRootIn(tree);
  });
}

/**
 * Gives root an empty password in a root, before its image is made: a hook that did so in the client would be measured
 * with its boot. sed -i writes a new file, as the old one may be another root's too.
 */
export async function letRootIn(tree: string): Promise<void> {
  await inRoot(tree, ["sed", "-i", "s/^root:[^:]*:/root::/", "/etc/shadow"]);
}
