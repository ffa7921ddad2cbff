import { existsSync, readdirSync, renameSync } from "node:fs";

/** The runlevels whose links start a script at boot, as update-rc.d(8) has them. */
const levels = ["S", "2", "3", "4", "5"];

/** Is there a SysV script of this name? */
export const hasScript = (root: string, script: string): boolean =>
  existsSync(`${root}/etc/init.d/${script}`);

/** Turns the links that start a SysV script into ones that stop it, as update-rc.d does. Was there any? */
export function disableScript(root: string, script: string): boolean {
  let changed = false;
  for (const directory of levels.map((level) => `${root}/etc/rc${level}.d`)) {
    for (const name of startLinks(directory, script)) {
      renameSync(`${directory}/${name}`, `${directory}/K${name.slice(1)}`);
      changed = true;
    }
  }
  return changed;
}

function startLinks(directory: string, script: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => /^S\d\d/.test(name) && name.slice(3) === script);
}
