import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, vi } from "vitest";
import { bun } from "../../qemu/paths.ts";

it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
  "a run that ends by %s leaves no process and no network",
  async (signal) => {
    const user = spawn(bun, [join(import.meta.dirname, "lan-user.ts")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface(user.stdout), "line");
    const { dir, net } = JSON.parse(String(line));
    expect(processesIn(net).length).toBeGreaterThan(3);

    user.kill(signal);
    await once(user, "exit");
    // A process lives a moment longer than the signal that ends it. The network goes with its last process.
    await vi.waitFor(() => expect(processesIn(net)).toEqual([]), { timeout: 10_000 });
    if (signal !== "SIGKILL") expect(existsSync(dir)).toBe(false);
  },
);

function processesIn(net: string): string[] {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && networkOf(pid) === net);
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return ""; // it has ended meanwhile
  }
}
