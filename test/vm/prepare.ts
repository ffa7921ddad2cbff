import { build } from "../../qemu/build.ts";
import { ensureImage } from "../../qemu/images.ts";
import { needRoot } from "../../qemu/paths.ts";
import { suites } from "../../qemu/roots.ts";

/** Before all VM tests: the binary, and for each Debian suite one root, one image and one boot set. */
export default async function prepare(): Promise<void> {
  needRoot("npm run test:vm");
  await build();
  for (const suite of suites) await ensureImage(suite, (what) => process.stdout.write(`${what}\n`));
}
