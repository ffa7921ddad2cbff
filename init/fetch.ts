import { basename, dirname } from "node:path";
import type { Client } from "../client/facts.ts";
import { imageSize } from "./filesystem.ts";
import { download } from "./http.ts";
import { withLoop } from "./loop.ts";
import { loadDrivers } from "./modules.ts";
import { appearing, partitionOf, statOf } from "./mount-device.ts";
import { connectNbd } from "./nbd.ts";
import { disconnectNbd } from "./nbd-disconnect.ts";
import { mountNfs } from "./nfs.ts";
import { tenths } from "./ram.ts";
import type { Report } from "./report.ts";
import { type Layer, nameOf } from "./source.ts";
import { detach } from "./syscalls.ts";
import { copyToRam, staysOnServer } from "./to-ram.ts";

/** A layer within reach: a file, a block device or a directory. */
export interface Fetched {
  image: string;
  inRam: number;
  /** Of the image that is the layer, if not all of it. */
  partition: number | undefined;
}

/**
 * Takes an image into RAM and lets go of where it came from. What cannot be in RAM stays as it is. `size`: its bytes,
 * if it is known to be more than a file system.
 */
export async function intoRam(
  report: Report,
  client: Client,
  layer: Layer,
  fetched: Fetched,
  directory: string,
  size?: number,
): Promise<Fetched> {
  const name = nameOf(layer);
  const { image, partition } = fetched;
  const stat = statOf(image, name);
  if (stat.isDirectory()) {
    staysOnServer(
      client,
      `${name} is a directory`,
      "Make an image of it, on the server: ltsp image, with its path; or write IMAGE_TO_RAM=0.",
    );
    return fetched;
  }
  if (layer.place.scheme === "http") return fetched;
  const copy = (source: string) =>
    copyToRam(
      client,
      source,
      name,
      size ?? imageSize(source, name),
      `${directory}/ram`,
      tenths(report.say, name),
    );
  const copyPart = async (device: string) =>
    copy(partition === undefined ? device : await partitionOf(device, partition, name));
  const ram = await (stat.isFile() && partition !== undefined ? withLoop(image, copyPart) : copyPart(image));
  if (ram === undefined) return fetched;
  if (layer.place.scheme === "nfs") detach(`${directory}/nfs`);
  if (layer.place.scheme === "nbd") disconnectNbd(image);
  return { image: ram.file, inRam: ram.size, partition: undefined };
}

/** Brings a layer within reach. */
export async function fetchLayer(report: Report, layer: Layer, directory: string): Promise<Fetched> {
  const fetched = (image: string, inRam = 0) => ({ image, inRam, partition: layer.partition });
  const { place } = layer;
  const name = nameOf(layer);
  switch (place.scheme) {
    case "nfs": {
      const isDirectory = place.path.endsWith("/");
      const path = isDirectory ? place.path.replace(/(?<=.)\/+$/, "") : dirname(place.path);
      await mountNfs(place.server, path, `${directory}/nfs`, name, isDirectory ? layer : undefined);
      return fetched(isDirectory ? `${directory}/nfs` : `${directory}/nfs/${basename(place.path)}`);
    }
    case "nbd":
      return fetched(await connectNbd(place.server, place.port, place.export, name));
    case "http": {
      const { file, size } = await download(place.url, `${directory}/ram`, tenths(report.say, name));
      return fetched(file, size);
    }
    case "file":
      loadDrivers(new Set(), true);
      return fetched(await appearing(place.path));
  }
}
