import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Client } from "./facts.ts";

/** Where the booted system finds busybox: in RAM, so that it works when the server does not. */
export const BUSYBOX = "/run/ltsp/busybox";

/** Takes the initramfs's busybox along into the booted system, for a unit that needs BUSYBOX. */
export function keepBusybox({ run }: Client): void {
  const kept = `${run}/${BUSYBOX.slice("/run/".length)}`;
  if (existsSync(kept)) return;
  mkdirSync(dirname(kept), { recursive: true });
  copyFileSync("/bin/busybox", kept);
}
