import { ensureDesktop } from "../../qemu/desktop.ts";
import { needRoot } from "../../qemu/paths.ts";
import { suites } from "../../qemu/roots.ts";

/** Before all tests on Debian roots: one desktop for each suite. */
export default async function prepare(): Promise<void> {
  needRoot("npm run test:root");
  for (const suite of suites) await ensureDesktop(suite, (what) => process.stdout.write(`${what}\n`));
}
