import { existsSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, Failure } from "../conf/failure.ts";
import { contentsOf } from "./filesystem.ts";
import { loadModules } from "./modules.ts";
import { type Layer, nameOf } from "./source.ts";
import { MS_NOATIME, MS_RDONLY, mount, SystemCallError } from "./syscalls.ts";

/** Waits a moment for a device to appear: a disk after its driver, a partition after its disk. */
export async function appearing(path: string): Promise<string> {
  for (let tries = 0; tries < 30 && !existsSync(path); tries++) await sleep(100);
  return path;
}

/** Mounts a block device, or one of its partitions, read-only. */
export async function mountDevice(device: string, target: string, layer: Layer): Promise<void> {
  const name = nameOf(layer);
  const part = layer.partition === undefined ? device : await partitionOf(device, layer.partition, name);
  const { fstype, partitioned } = contentsOf(part, name);
  const type = layer.fstype ?? fstype;
  if (type === undefined)
    throw new Failure(
      "invalid",
      name,
      partitioned ? "it is a whole disk with partitions" : "there is no file system in it that can be a root",
      partitioned
        ? "Say which holds the root, with ,partition=1 (or 2, …) behind it."
        : "Is the image damaged? On the server, make it anew: ltsp image IMAGE",
    );
  loadModules(type);
  // What mount(8) would have taken care of, and what is done anyway.
  const options = layer.options.filter((option) => !["loop", "ro", "rw", "defaults"].includes(option));
  try {
    mount(part, target, type, MS_RDONLY | MS_NOATIME, options.join(","));
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    throw new Failure(
      "invalid",
      name,
      `mounting it as ${type} gives ${error.code}: it is damaged, or this kernel cannot read it`,
      "On the server, make it anew: ltsp image IMAGE",
      { cause: error },
    );
  }
}

/** The device of a partition: /dev/loop0p1, /dev/sda1. */
export async function partitionOf(device: string, number: number, name: string): Promise<string> {
  const path = await appearing(`${device}${/\d$/.test(device) ? "p" : ""}${number}`);
  if (existsSync(path)) return path;
  throw new Failure("missing", name, `it has no partition ${number}`, "See its partitions with: fdisk -l");
}

/** What is at a path; a Failure, which calls it `name`, if nothing is. */
export function statOf(path: string, name: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(path);
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw new Failure("system", name, String(cause), undefined, { cause });
    throw new Failure(
      "missing",
      name,
      "there is no such file",
      "On the server: ltsp info lists its images; ltsp image NAME makes one, ltsp ipxe puts it into the menu.",
    );
  }
}
