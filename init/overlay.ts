import { mkdirSync, readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { mebibytes } from "./filesystem.ts";
import { loadModules } from "./modules.ts";
import type { Found } from "./phase.ts";
import type { MountedRoot } from "./root.ts";
import { detach, mount } from "./syscalls.ts";

/** The share of its RAM, what an image takes of it aside, that a client may write to before its disk counts as full. */
const SHARE = 0.75;
const WRITABLE = "/run/ltsp/writable";

/** Phase 5: a tmpfs over the image's layers, so that the client can write what it likes, to RAM. */
export function overlay(newRoot: string, { layers, inRam, shared }: MountedRoot): Found<void> {
  if (shared) return { value: undefined, summary: "none: what this client writes, it writes for all" };
  loadModules("overlay");
  const size = Math.floor(((totalmem() - inRam) * SHARE) / 4096) * 4096;
  mkdirSync(WRITABLE, { recursive: true });
  mount("writable", WRITABLE, "tmpfs", 0, `mode=0755,size=${size}`);
  for (const directory of ["upper", "work"]) mkdirSync(`${WRITABLE}/${directory}`, { mode: 0o755 });
  mkdirSync(newRoot, { recursive: true });
  const options = [
    // A colon parts the layers, a comma the options.
    `lowerdir=${layers.map((layer) => layer.replace(/[\\:,]/g, "\\$&")).join(":")}`,
    `upperdir=${WRITABLE}/upper,workdir=${WRITABLE}/work`,
    // Lets a directory of the image be renamed. Safe: this upper layer never meets another image.
    "redirect_dir=on",
  ];
  mount("ltsp", newRoot, "overlay", 0, options.join(","));
  detachBelow("/run/ltsp");
  return { value: undefined, summary: `${mebibytes(size)} of RAM to write to` };
}

/**
 * Takes what the overlay is made of out of sight; the overlay keeps it. Otherwise systemd would try to unmount
 * it at shutdown, when everything still runs from it.
 */
export function detachBelow(directory: string): void {
  const targets = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((target) => target.startsWith(`${directory}/`));
  for (const target of targets.reverse()) detach(target);
}
