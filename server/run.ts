import { accessSync, constants } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { Failure } from "../conf/failure.ts";
import { interrupted, interruption, stopIfInterrupted } from "./interrupt.ts";
import { noSpace } from "./space.ts";

/** The Debian package of each program that the server runs. */
const packages: Record<string, string> = {
  mksquashfs: "squashfs-tools",
  unsquashfs: "squashfs-tools",
  zstd: "zstd",
  xz: "xz-utils",
  busybox: "busybox-static",
  ldconfig: "libc-bin",
  losetup: "mount",
  veritysetup: "cryptsetup-bin",
};

interface RunOptions {
  cwd?: string;
  /** Called with each piece of standard output as it comes. */
  onOutput?: (text: string) => void;
  /** A file that the program writes, to name the file system when it is full. */
  writes?: string;
  /** Called with standard error of a program that did not fail: some say there what they went without. */
  onWarnings?: (text: string) => void;
}

/**
 * Runs a program to its end and gives its standard output. Fails with "missing" (and the package to install)
 * where there is no such program, "no-space", "interrupted", or "system" with the last lines it wrote.
 */
export async function run(program: string, args: string[], options: RunOptions = {}): Promise<string> {
  requireProgram(program);
  stopIfInterrupted();
  const child = execa(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    cancelSignal: interruption,
    reject: false,
    stdin: "ignore",
    // The messages that tell a full disk from other causes are matched in English.
    env: { LC_ALL: "C" },
  });
  child.stdout.on("data", (piece: unknown) => options.onOutput?.(String(piece)));
  const result = await child;
  if (!result.failed) {
    options.onWarnings?.(result.stderr);
    return result.stdout;
  }

  // Ctrl-C reaches the program and us at once: our own handler may be a moment behind the program's end.
  await sleep(20);
  if (interruption.aborted) throw interrupted();
  if (options.writes !== undefined && /no space left|disk quota/i.test(result.stderr)) {
    throw noSpace(options.writes);
  }
  const ended =
    result.exitCode === undefined ? `was ended by ${result.signal}` : `exit status ${result.exitCode}`;
  const said = result.stderr.trim().split("\n").slice(-5).join("\n");
  throw new Failure(
    "system",
    program,
    said === "" ? ended : `${ended}: ${said}`,
    `It was run as: ${[program, ...args].join(" ")}`,
  );
}

/** Fails with the package to install, where a program is not in PATH. `otherwise`: what else helps, "or …". */
export function requireProgram(program: string, otherwise?: string): void {
  if (hasProgram(program)) return;
  throw new Failure(
    "missing",
    program,
    "this program is not installed",
    `Install it: apt install ${packages[basename(program)] ?? basename(program)}${otherwise === undefined ? "" : `; ${otherwise}`}`,
  );
}

/** Is a program in PATH, or there at all if its path is given? */
export function hasProgram(program: string): boolean {
  // Looked up here and not left to the spawn, since execa cannot report a missing program under Bun 1.3.
  const directories = isAbsolute(program)
    ? [""]
    : (process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin").split(delimiter);
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
