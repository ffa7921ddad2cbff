import { execFile } from "node:child_process";

/** Where the runtime keeps it, in the initramfs. */
export const BUSYBOX = "/bin/busybox";

/** What a program left behind: its exit status (-1 if it did not start or was killed) and all it wrote. */
export interface Ended {
  status: number;
  output: string;
}

/** Runs a program to its end; a status other than 0 is for the caller to judge. */
export function run(program: string, args: readonly string[], env?: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { maxBuffer: 1 << 20, ...(env && { env: { ...process.env, ...env } }) },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ status, output: (stdout + stderr).trim() });
      },
    );
  });
}

/** Runs one of busybox's programs. */
export function busybox(...args: string[]): Promise<Ended> {
  return run(BUSYBOX, args);
}
