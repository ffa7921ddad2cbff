import { renameSync } from "node:fs";
import { filesIn } from "./files.ts";

/** The runlevels whose links start a script at boot, as update-rc.d(8) has them. */
const levels = ["S", "2", "3", "4", "5"];

/** Turns the links that start a SysV script into ones that stop it, as update-rc.d does. */
export function disableScript(root: string, script: string): void {
  for (const directory of levels.map((level) => `${root}/etc/rc${level}.d`)) {
    const links = filesIn(directory).filter((name) => /^S\d\d/.test(name) && name.slice(3) === script);
    for (const name of links) renameSync(`${directory}/${name}`, `${directory}/K${name.slice(1)}`);
  }
}
