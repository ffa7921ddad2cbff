import { existsSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Kernel log levels (linux/kern_levels.h). With `quiet` on the command line the console shows KERN_ERR and above,
 * and somebody in front of a PC that waits for its server must see why: so warnings are logged as errors.
 */
const levels = { error: 3, warning: 3, notice: 5 };

/** A kernel log record holds about 1,000 bytes; what is longer is cut by the kernel. */
const RECORD = 900;

/** How the boot speaks: to the kernel's log, and so to every console, and to /run/ltsp/boot.log. */
export interface Report {
  say(level: keyof typeof levels, message: string): void;
}

/** A report that writes `ltsp: phase: …` lines. Both files stay open: the handoff moves /dev and /run away. */
export function kernelLog(kmsg = "/dev/kmsg", log = "/run/ltsp/boot.log"): Report {
  const kernel = openSync(kmsg, "w");
  let file: number | undefined;
  const early: string[] = [];
  return {
    say(level, message) {
      for (const line of message.split("\n")) {
        writeSync(kernel, `<${levels[level]}>ltsp: ${line.slice(0, RECORD)}\n`);
        early.push(`${line}\n`);
      }
      // Until /run is mounted the lines are kept for the next call.
      file ??= existsSync(dirname(log)) ? openSync(log, "a", 0o600) : undefined;
      if (file !== undefined) for (const line of early.splice(0)) writeSync(file, line);
    },
  };
}
