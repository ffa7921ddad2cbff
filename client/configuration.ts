import { cpSync, existsSync } from "node:fs";
import type { Client } from "./facts.ts";

/**
 * /etc/ltsp as ltsp.img brought it into the initramfs (`from`), for hooks to call its scripts and for parameters
 * that name its files (X_CONF=/etc/ltsp/xorg.conf). Modes are kept: ltsp.conf is root's alone.
 */
export function configuration({ root }: Client, from = "/etc/ltsp"): void {
  if (existsSync(from)) cpSync(from, `${root}/etc/ltsp`, { recursive: true, preserveTimestamps: true });
}
