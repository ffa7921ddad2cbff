import { existsSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Kernel log levels (linux/kern_levels.h). With `quiet` on the command line the console shows KERN_ERR and above,
 * and somebody in front of a PC that waits for its server must see why: so warnings are logged as errors.
 */
const levels = { error: 3, warning: 3, waiting: 3, notice: 5 };

/** A kernel log record holds about 1,000 bytes; what is longer is cut by the kernel. */
const RECORD = 900;

/**
 * How the boot speaks: to the kernel's log, and so to every console, and to /run/ltsp/boot.log. What is only for
 * debugging goes to /run/ltsp/debug.log, with all the rest and the time of each, once `keepDebug` asks for it.
 */
export interface Report {
  say(level: keyof typeof levels | "debug", message: string): void;
  /** Writes debug.log from now on, with what was said so far. */
  keepDebug(): void;
  /** What was said at level "warning" so far: what this boot had to do without. */
  readonly warnings: readonly string[];
}

/** Where the boot's messages are kept in the booted system. */
export const LOGS = { boot: "/run/ltsp/boot.log", debug: "/run/ltsp/debug.log" };

/** A report that writes `ltsp: phase: …` lines. The files stay open: the handoff moves /dev and /run away. */
export function kernelLog(kmsg = "/dev/kmsg", logs = LOGS): Report {
  const kernel = openSync(kmsg, "w");
  const boot = new LogFile(logs.boot);
  const debug = new LogFile(logs.debug);
  const warnings: string[] = [];
  let keeps = false;
  return {
    warnings,
    say(level, message) {
      for (const line of message.split("\n")) {
        debug.add(`${(performance.now() / 1000).toFixed(3).padStart(8)} ${level}: ${line}\n`);
        if (level === "debug") continue;
        writeSync(kernel, `<${levels[level]}>ltsp: ${line.slice(0, RECORD)}\n`);
        boot.add(`${line}\n`);
      }
      if (level === "warning") warnings.push(message);
      boot.write();
      if (keeps) debug.write();
    },
    keepDebug() {
      keeps = true;
      debug.write();
    },
  };
}

/** A file of lines, which keeps them until its directory is there. */
class LogFile {
  readonly #path: string;
  #lines: string[] = [];
  #file: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  add(line: string): void {
    this.#lines.push(line);
  }

  write(): void {
    this.#file ??= existsSync(dirname(this.#path)) ? openSync(this.#path, "a", 0o600) : undefined;
    if (this.#file === undefined) return;
    for (const line of this.#lines.splice(0)) writeSync(this.#file, line);
  }
}
