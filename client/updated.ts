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
