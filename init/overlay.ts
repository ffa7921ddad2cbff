import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { Failure } from "../conf/failure.ts";
import { mebibytes } from "./filesystem.ts";
import { loadModules } from "./modules.ts";
import type { Found } from "./phase.ts";
import { detach, mount } from "./syscalls.ts";

/** The share of its RAM that a client may write to before its disk counts as full. */
const SHARE = 0.75;
const WRITABLE = "/run/ltsp/writable";

/** Phase 5: a tmpfs over the image's layers, so that the client can write what it likes, to RAM. */
export async function overlay(newRoot: string, layers: readonly string[]): Promise<Found<void>> {
  await loadModules("overlay");
  const size = Math.floor((totalmem() * SHARE) / 4096) * 4096;
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
  detachBelow("/run/ltsp/");
  requireInit(newRoot);
  return { value: undefined, summary: `${mebibytes(size)} of RAM to write to` };
}

/**
 * Takes what the overlay is made of out of sight; the overlay keeps it. Otherwise systemd would try to unmount
 * it at shutdown, when everything still runs from it.
 */
function detachBelow(directory: string): void {
  const targets = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((target) => target.startsWith(directory));
  for (const target of targets.reverse()) detach(target);
}

/** A root without an init would end in a kernel panic after the handoff, when it is too late to say why. */
function requireInit(newRoot: string): void {
  const inits = ["sbin/init", "usr/sbin/init", "lib/systemd/systemd", "usr/lib/systemd/systemd"];
  // lstat: init is a symlink that is right only inside the new root.
  if (inits.some((init) => lstatSync(`${newRoot}/${init}`, { throwIfNoEntry: false }) !== undefined)) return;
  throw new Failure(
    "invalid",
    "the image",
    "there is no /sbin/init in it",
    "Is it the root of an operating system? On the server, make it anew: ltsp image IMAGE",
  );
}
