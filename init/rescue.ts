import { writeFileSync } from "node:fs";

/** The shim reads it when the boot could not go on: `shell`, or `reboot` and the seconds until then. */
const RESCUE = "/rescue";
const COUNTDOWN = 60;

/** What the shim does if the boot fails: a shell for who asked for it, else the PC starts again. */
export function chooseRescue(shell: boolean): void {
  writeFileSync(RESCUE, shell ? "shell\n" : `reboot ${COUNTDOWN}\n`);
}
