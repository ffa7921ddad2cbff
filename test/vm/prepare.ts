import { build } from "../../qemu/build.ts";
import { ensureImage } from "../../qemu/images.ts";
import { needRoot } from "../../qemu/paths.ts";
import { ensureRoot, suites } from "../../qemu/roots.ts";

const say = (what: string) => process.stdout.write(`${what}\n`);

/** Before all VM tests: the binary, and for each Debian suite one root, one image and one boot set. */
export default async function prepare(): Promise<void> {
  needRoot("npm run test:vm");
  await build();
  const roots = await Promise.all(suites.map((suite) => ensureRoot(suite, say)));
  for (const root of roots) await ensureImage(root, say);
}
