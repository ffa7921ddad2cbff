import { readdirSync, readFileSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { busybox } from "./busybox.ts";

/** The modaliases of all devices that the kernel knows of, each once. */
function modaliases(sys: string): Set<string> {
  const found = new Set<string>();
  for (const bus of readdirSync(`${sys}/bus`))
    for (const device of readdirSync(`${sys}/bus/${bus}/devices`)) {
      const file = `${sys}/bus/${bus}/devices/${device}/modalias`;
      try {
        found.add(readFileSync(file, "utf8").trim());
      } catch {
        // Most devices have none, and a device may go away under our eyes.
      }
    }
  found.delete("");
  return found;
}

/** A PCI device of base class 01, mass storage: only a root on a local disk needs its driver so early. */
const disk = /^pci:.*bc01/;

/**
 * Loads the drivers of the devices that are there and not in `tried` yet, and again for the devices that those
 * drivers bring (a virtio card behind its PCI device, a USB card behind its host controller). Adds to `tried`.
 * Disks are left out unless asked for.
 */
export function loadDrivers(tried: Set<string>, disks = false): void {
  for (;;) {
    const fresh = [...modaliases("/sys")].filter(
      (alias) => !tried.has(alias) && (disks || !disk.test(alias)),
    );
    if (fresh.length === 0) return;
    for (const alias of fresh) tried.add(alias);
    // -b: modprobe.blacklist= counts; -q: most devices need no driver to netboot, and modules.img has none.
    busybox("modprobe", "-abq", ...fresh);
  }
}

/** Loads modules by name, unless they are there, and waits until they can be used. */
export function loadModules(...names: string[]): void {
  for (const name of names) {
    if (stateOf(name) === undefined) modprobe(name);
    // The head start's modprobe may be at it; busybox's other ones take such a module for loaded.
    while (stateOf(name) === "Loading") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
}

/** "Live", "Loading", or undefined of a module that is not loaded, or built in. */
function stateOf(name: string): string | undefined {
  const line = new RegExp(`^${name.replaceAll("-", "_")} \\d+ \\d+ \\S+ (\\w+)`, "m");
  return line.exec(readFileSync("/proc/modules", "utf8"))?.[1];
}

function modprobe(name: string): void {
  const { status, output } = busybox("modprobe", name);
  if (status === 0) return;
  throw new Failure(
    "unsupported",
    `kernel module ${name}`,
    `it cannot be loaded: ${output || `modprobe ended with status ${status}`}`,
    "Is modules.img made for this kernel? On the server, make both anew: ltsp kernel IMAGE",
  );
}
