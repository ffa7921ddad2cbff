import { existsSync, readFileSync } from "node:fs";

/** The version of an image that did not boot, so that this boot is the one of the version before it. */
export interface Failed {
  /** The image's. */
  name: string;
  /** Undefined: not known. */
  version: string | undefined;
  /** A clause. */
  why: string;
}

/** Where in the initramfs the boot that failed has left it, as JSON. */
export const FAILED = "fallback.json";

/**
 * What did not boot before this: the kernel that did has left it, or the menu says it, `ltsp.missing=NAME/VERSION/FILE`.
 * Undefined: this is the first try.
 */
export function fellBack(cmdline: ReadonlyMap<string, string>, file = `/${FAILED}`): Failed | undefined {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const missing = cmdline.get("ltsp.missing");
  if (missing === undefined) return undefined;
  const [name = "", ...path] = missing.split("/");
  const version = path.length > 1 ? path[0] : undefined;
  return { name, version, why: `${missing} cannot be fetched from the server` };
}

/** Says that this client does not run the image's current version, but `running`, and what to do about it. */
export function fallbackWarning({ name, version, why }: Failed, running: string | undefined): string {
  const what = version === undefined ? "current version" : `version ${version}`;
  const own = running === undefined ? "the version" : `the version ${running}`;
  const remedy = `On the server: ltsp image --check ${name}; or ltsp image --revert ${name}`;
  return `fallback: ${name}'s ${what} does not boot: ${why}. This client runs ${own} before it. ${remedy}`;
}
