import { spawnSync } from "node:child_process";

/** Where the runtime keeps it, in the initramfs. */
export const BUSYBOX = "/bin/busybox";

/** What a program left behind: its exit status (-1 if it did not start or was killed) and all it wrote. */
export interface Ended {
  status: number;
  output: string;
}

/**
 * Runs a program to its end; a status other than 0 is for the caller to judge. The boot waits for it, as it would
 * anyway: Bun's machinery for not waiting takes as long to load as a third of its start-up.
 */
export function run(program: string, args: readonly string[], env?: Record<string, string>): Ended {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 20,
    ...(env && { env: { ...process.env, ...env } }),
  });
  return { status: status ?? -1, output: `${stdout ?? ""}${stderr ?? ""}`.trim() };
}

/** Runs one of busybox's programs. */
export function busybox(...args: string[]): Ended {
  return run(BUSYBOX, args);
}
