import { appendFileSync, writeFileSync } from "node:fs";

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

/** A report that writes `ltsp: phase: …` lines. */
export function kernelLog(kmsg = "/dev/kmsg", log = "/run/ltsp/boot.log"): Report {
  const early: string[] = [];
  return {
    say(level, message) {
      for (const line of message.split("\n")) {
        writeFileSync(kmsg, `<${levels[level]}>ltsp: ${line.slice(0, RECORD)}\n`);
        early.push(`${line}\n`);
      }
      try {
        appendFileSync(log, early.join(""), { mode: 0o600 });
        early.length = 0;
      } catch {
        // /run is not mounted yet: the lines are kept for the next call.
      }
    },
  };
}
