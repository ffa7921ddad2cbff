import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { kernelRelease } from "./kernel.ts";
import { loadDrivers } from "./modules.ts";
import type { Found } from "./phase.ts";
import { MS_NODEV, MS_NOSUID, mount } from "./syscalls.ts";

/** Phase 1: /run, and the drivers of what is in this machine. */
export function devices(): Found<Set<string>> {
  mount("run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
  mkdirSync("/run/ltsp", { mode: 0o755 });
  const release = kernelRelease();
  if (!existsSync(`/lib/modules/${release}`))
    throw new Failure(
      "missing",
      "modules.img",
      `it is missing, damaged, or not made for this kernel (${release})`,
      "On the server, make vmlinuz and modules.img anew, together: ltsp kernel IMAGE",
    );
  // The shim has given these to modprobe already, which may still be at it; the network phase waits for the card.
  const tried = new Set(readFileSync("/head-start", "utf8").trim().split("\n"));
  loadDrivers(tried);
  return { value: tried, summary: `kernel ${release}, ${tried.size} kinds of device` };
}
