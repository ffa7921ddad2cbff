import { ensureDesktop } from "../../qemu/desktop.ts";
import { needRoot } from "../../qemu/paths.ts";
import { suites } from "../../qemu/roots.ts";

const say = (what: string) => process.stdout.write(`${what}\n`);

/** Before all tests on Debian roots: one desktop for each suite, made at the same time where they are missing. */
export default async function prepare(): Promise<void> {
  needRoot("npm run test:root");
  await Promise.all(suites.map((suite) => ensureDesktop(suite, say)));
}
