import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../client/facts.ts";
import { errnoOf, Failure } from "../conf/failure.ts";
import { contentsOf } from "./filesystem.ts";
import { download } from "./http.ts";
import { LAYERS } from "./layout.ts";
import { withLoop } from "./loop.ts";
import { loadDrivers, loadModules } from "./modules.ts";
import { connectNbd } from "./nbd.ts";
import { mountNfs } from "./nfs.ts";
import type { Found } from "./phase.ts";
import type { Report } from "./report.ts";
import { type Layer, nameOf, sourceOf } from "./source.ts";
import { MS_NOATIME, MS_RDONLY, mount, SystemCallError } from "./syscalls.ts";

/** Phase 4: what the command line names as root, mounted read-only. Returns the layers' directories, top first. */
export async function root(
  report: Report,
  client: Client,
  cmdline: ReadonlyMap<string, string>,
): Promise<Found<string[]>> {
  const layers = sourceOf(cmdline, client.server);
  const directories: string[] = [];
  for (const [index, layer] of layers.entries())
    directories.push(await mountLayer(report, layer, `${LAYERS}/${index}`));
  return { value: directories, summary: layers.map(nameOf).join(", ") };
}

/** Mounts one layer below `directory`; returns the directory that is its root. */
async function mountLayer(report: Report, layer: Layer, directory: string): Promise<string> {
  const found = await fetchLayer(report, layer, directory);
  const name = nameOf(layer);
  let top: string;
  if (statOf(found, name).isDirectory()) top = found;
  else {
    top = `${directory}/root`;
    mkdirSync(top, { recursive: true });
    if (statOf(found, name).isFile()) await withLoop(found, (device) => mountDevice(device, top, layer));
    else await mountDevice(found, top, layer);
  }
  if (layer.subdir === undefined) return top;
  const sub = `${top}/${layer.subdir}`;
  if (!statOf(sub, `${name},subdir=${layer.subdir}`).isDirectory())
    throw new Failure("invalid", `${name},subdir=${layer.subdir}`, "that is no directory");
  return sub;
}

/** Brings a layer within reach: a file, a block device or a directory. */
async function fetchLayer(report: Report, layer: Layer, directory: string): Promise<string> {
  const { place } = layer;
  const name = nameOf(layer);
  switch (place.scheme) {
    case "nfs": {
      const isDirectory = place.path.endsWith("/");
      const path = isDirectory ? place.path.replace(/(?<=.)\/+$/, "") : dirname(place.path);
      await mountNfs(place.server, path, `${directory}/nfs`, name, isDirectory ? layer : undefined);
      return isDirectory ? `${directory}/nfs` : `${directory}/nfs/${basename(place.path)}`;
    }
    case "nbd":
      return connectNbd(place.server, place.port, place.export, name);
    case "http": {
      let said = 0;
      return download(place.url, `${directory}/ram`, (share) => {
        if (share < said + 0.1) return;
        said += 0.1;
        report.say("notice", `root: ${name}: ${Math.round(share * 100)} % is in RAM`);
      });
    }
    case "file":
      loadDrivers(new Set(), true);
      return appearing(place.path);
  }
}

/** Waits a moment for a device to appear: a disk after its driver, a partition after its disk. */
async function appearing(path: string): Promise<string> {
  for (let tries = 0; tries < 30 && !existsSync(path); tries++) await sleep(100);
  return path;
}

/** Mounts a block device, or one of its partitions, read-only. */
async function mountDevice(device: string, target: string, layer: Layer): Promise<void> {
  const name = nameOf(layer);
  const part = layer.partition === undefined ? device : await partition(device, layer.partition, name);
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
async function partition(device: string, number: number, name: string): Promise<string> {
  const path = await appearing(`${device}${/\d$/.test(device) ? "p" : ""}${number}`);
  if (existsSync(path)) return path;
  throw new Failure("missing", name, `it has no partition ${number}`, "See its partitions with: fdisk -l");
}

function statOf(path: string, name: string): ReturnType<typeof statSync> & object {
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
