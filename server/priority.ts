import { spawnSync } from "node:child_process";
import { setPriority } from "node:os";

/** nice(1)'s lowest, and ionice(1)'s of its usual class. */
const NICE = 19;
const IONICE = ["--class", "best-effort", "--classdata", "7", "--pid", String(process.pid)];

/** From now on this process, and what it starts, takes the CPU and the disks that nobody else on the server wants. */
export function goLast(): void {
  setPriority(NICE);
  // Not an error: few kernels and containers know no such priority, and the image is the same.
  spawnSync("ionice", IONICE, { stdio: "ignore" });
}
