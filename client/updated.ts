import { existsSync, lstatSync, utimesSync } from "node:fs";
import type { Client } from "./facts.ts";
import { writeText } from "./files.ts";

/**
 * Says that /etc and /var belong to this /usr: an image that never booted lacks these files, and at every boot systemd
 * would run again what its package manager has run (ldconfig, the hardware database, the journal's catalogue). See
 * ConditionNeedsUpdate= in systemd.unit(5), and systemd-update-done.service(8).
 */
export function updated({ root }: Client): void {
  const usr = lstatSync(`${root}/usr`, { throwIfNoEntry: false });
  if (usr === undefined) return;
  // Whole seconds, and later than /usr, whose nanoseconds count too.
  const time = Math.floor(usr.mtimeMs / 1000) + 1;
  for (const directory of ["etc", "var"].filter((name) => existsSync(`${root}/${name}`))) {
    const file = `${root}/${directory}/.updated`;
    writeText(file, `# Written by ltsp at boot.\nTIMESTAMP_NSEC=${time}000000000\n`);
    utimesSync(file, time, time);
  }
}

/** What console-setup made of its two configuration files, which it makes anew where one of them is not older. */
const consoleCache = "etc/console-setup/cached_setup_terminal.sh";
const consoleFiles = ["etc/default/keyboard", "etc/default/console-setup"];

/**
 * console-setup's package writes its configuration and makes this file of it within one second, and an image keeps
 * whole seconds only: each boot would take it for old, and the login screen wait for a new one.
 */
export function consoleUpdated({ root }: Client): void {
  const made = timeOf(`${root}/${consoleCache}`);
  if (made === undefined || !consoleFiles.some((file) => timeOf(`${root}/${file}`) === made)) return;
  utimesSync(`${root}/${consoleCache}`, made + 1, made + 1);
}

/** When a file was changed last, in whole seconds. */
function timeOf(file: string): number | undefined {
  const status = lstatSync(file, { throwIfNoEntry: false });
  return status === undefined ? undefined : Math.floor(status.mtimeMs / 1000);
}
