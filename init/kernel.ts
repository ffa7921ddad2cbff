import { readFileSync } from "node:fs";

/** The running kernel's release, as `uname -r` says it. */
export function kernelRelease(): string {
  return readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
}

/** Memory that is free or can be freed without swapping, in bytes (MemAvailable, proc(5)). */
export function memoryAvailable(meminfo = readFileSync("/proc/meminfo", "utf8")): number {
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
}
