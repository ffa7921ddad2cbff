import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import type { Client } from "./facts.ts";

/**
 * /etc/ltsp as ltsp.img brought it into the initramfs (`from`), for hooks to call its scripts and for parameters
 * that name its files (X_CONF=/etc/ltsp/xorg.conf). Modes are kept: ltsp.conf is root's alone.
 */
export function configuration({ root }: Client, from = "/etc/ltsp"): void {
  if (existsSync(from)) copyTree(from, `${root}/etc/ltsp`);
}

/** Not cpSync, which takes ten times as long to load as to copy a few files. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isDirectory()) copyTree(source, target);
    else copyFileSync(source, target);
  }
}
