import { mkdirSync, writeFileSync } from "node:fs";
import type { Found } from "./phase.ts";
import type { Report } from "./report.ts";
import type { MountedRoot } from "./root.ts";
import { MS_MOVE, mount } from "./syscalls.ts";
import { initCanStart } from "./try-init.ts";
import { orDamaged } from "./verity.ts";
import { repeatWarnings } from "./warnings.ts";

/** The shim reads it: the program that becomes the new root's PID 1. */
const NEXT = "/next-init";

/**
 * Phase 7, once init is known to start, and no block of the image has been found changed: the kernel's file systems
 * move into the new root; the shim does the rest.
 */
export async function handoff(
  report: Report,
  newRoot: string,
  { shared, checked }: MountedRoot,
  cmdline: ReadonlyMap<string, string>,
): Promise<Found<void>> {
  await orDamaged(checked, initCanStart);
  const asked = cmdline.get("init") ?? "";
  // Menus of earlier versions say init=/usr/share/ltsp/…, which is what has just been done.
  const next = asked.startsWith("/") && !asked.includes("/ltsp/") ? asked : "/sbin/init";
  repeatWarnings(report, newRoot, shared);
  writeFileSync(NEXT, `${next}\n`);
  for (const directory of ["/sys", "/dev", "/run", "/proc"]) {
    mkdirSync(`${newRoot}${directory}`, { recursive: true });
    mount(directory, `${newRoot}${directory}`, "", MS_MOVE);
  }
  return { value: undefined, summary: `${next} takes over` };
}
