import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, Failure } from "../conf/failure.ts";
import { BUSYBOX, run } from "./busybox.ts";

/** What the new root's init said, and then the status that it ended with, as a line of its own. */
const OUTPUT = "/run/ltsp/try-init";
const STATUS = "/run/ltsp/try-init.status";

/** chroot's status (as POSIX has it for env) for a program that is there but cannot be run, or is not there. */
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

/** In the background, and not through pipes: whoever starts it need not wait. $0 is the new root. */
const script = `{ chroot "$0" /sbin/init --version >${OUTPUT} 2>&1; echo $? >${STATUS}; } </dev/null >/dev/null 2>&1 &`;

/**
 * Starts the image's init far enough to see that it can start, in the background. What it is made of is then in
 * memory when it takes over, and an image whose init cannot run is told before the handoff, after which the
 * kernel could only panic.
 */
export function startTryingInit(newRoot: string): void {
  run(BUSYBOX, ["sh", "-c", script, newRoot]);
}

/** Waits until it is known whether the image's init can start; it throws a Failure if it cannot. */
export async function initCanStart(): Promise<void> {
  let status = "";
  while (!status.endsWith("\n")) {
    await sleep(10);
    status = textOf(STATUS);
  }
  // busybox's and others' init refuse to be anything but PID 1: they can start, which is what matters.
  if (![CANNOT_RUN, NOT_FOUND].includes(Number(status))) return;
  throw new Failure(
    "invalid",
    "the image",
    `its /sbin/init cannot be started: ${textOf(OUTPUT).trim()}`,
    "Is it the root of an operating system, for this kind of CPU? On the server, make it anew: ltsp image IMAGE",
  );
}

/** The text of a file, "" while there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw error;
  }
}
