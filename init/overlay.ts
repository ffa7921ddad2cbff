import { mkdirSync, readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { Failure } from "../conf/failure.ts";
import { busybox } from "./busybox.ts";
import { mebibytes } from "./filesystem.ts";
import { loadModules } from "./modules.ts";
import type { Found } from "./phase.ts";
import { detach, mount } from "./syscalls.ts";

/** The share of its RAM that a client may write to before its disk counts as full. */
const SHARE = 0.75;
const WRITABLE = "/run/ltsp/writable";

/** chroot's status (as POSIX has it for env) for a program that is there but cannot be run, or is not there. */
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

/** The new root is there; `ready` settles when it is known whether its init can start. */
export interface NewRoot {
  ready: Promise<void>;
}

/** Phase 5: a tmpfs over the image's layers, so that the client can write what it likes, to RAM. */
export async function overlay(newRoot: string, layers: readonly string[]): Promise<Found<NewRoot>> {
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
  const ready = tryInit(newRoot);
  ready.catch(() => {}); // the handoff, which waits for it, tells
  return { value: { ready }, summary: `${mebibytes(size)} of RAM to write to` };
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

/**
 * Starts the image's init far enough to see that it can start, in the background. What it is made of is then in
 * memory when it takes over, and an image whose init cannot run is told before the handoff, after which the
 * kernel could only panic.
 */
async function tryInit(newRoot: string): Promise<void> {
  const { status, output } = await busybox("chroot", newRoot, "/sbin/init", "--version");
  // busybox's and others' init refuse to be anything but PID 1: they can start, which is what matters.
  if (status !== CANNOT_RUN && status !== NOT_FOUND) return;
  throw new Failure(
    "invalid",
    "the image",
    `its /sbin/init cannot be started: ${output}`,
    "Is it the root of an operating system, for this kind of CPU? On the server, make it anew: ltsp image IMAGE",
  );
}
