import { mkdirSync } from "node:fs";
import type { Client } from "../client/facts.ts";
import { isOn } from "../client/flag.ts";
import { Failure } from "../conf/failure.ts";
import { mountShared } from "./administrative.ts";
import { readBootImage } from "./boot-image.ts";
import { type Fetched, intoRam } from "./fetch.ts";
import { LAYERS } from "./layout.ts";
import { withLoop } from "./loop.ts";
import { mountDevice, statOf } from "./mount-device.ts";
import { detachBelow } from "./overlay.ts";
import type { Found } from "./phase.ts";
import { fetchPinned } from "./pinned.ts";
import type { Report } from "./report.ts";
import { type Layer, nameOf, sourceOf } from "./source.ts";

/** The root as it was found. */
export interface MountedRoot {
  /** The layers' directories, top first. */
  layers: string[];
  /** Bytes of RAM that they take. */
  inRam: number;
  /** It has no layers: it is mounted in its place, writable, and other clients have it too. */
  shared: boolean;
}

/** Phase 4: what the command line names as root, mounted read-only, but for an administrative client. */
export async function root(
  report: Report,
  client: Client,
  cmdline: ReadonlyMap<string, string>,
): Promise<Found<MountedRoot>> {
  const layers = sourceOf(cmdline, client.server);
  if (isOn(client, "ADMINISTRATIVE_CLIENT") && (await mountShared(client, layers))) {
    const summary = `${layers.map(nameOf).join(", ")}, writable`;
    return { value: { layers: [], inRam: 0, shared: true }, summary };
  }
  const bootImage = readBootImage();
  try {
    const mounted: MountedLayer[] = [];
    for (const [index, named] of layers.entries()) {
      const directory = `${LAYERS}/${index}`;
      const { layer, fetched } = await fetchPinned(report, named, bootImage, directory);
      mounted.push(await mountLayer(report, client, layer, fetched, directory));
    }
    const summary = mounted.map(({ name }) => name).join(", ");
    const inRam = mounted.reduce((sum, layer) => sum + layer.inRam, 0);
    return { value: { layers: mounted.map(({ top }) => top), inRam, shared: false }, summary };
  } catch (error) {
    detachBelow(LAYERS); // images in RAM too, or the next try would lack their room
    throw error;
  }
}

/** The directory that is a layer's root, and the bytes of RAM that it takes. */
interface MountedLayer {
  name: string;
  top: string;
  inRam: number;
}

/** Mounts one layer, which is within reach, below `directory`. */
async function mountLayer(
  report: Report,
  client: Client,
  layer: Layer,
  fetched: Fetched,
  directory: string,
): Promise<MountedLayer> {
  const name = nameOf(layer);
  const found = isOn(client, "IMAGE_TO_RAM")
    ? await intoRam(report, client, layer, fetched, directory)
    : fetched;
  const { image, inRam, partition } = found;
  const top = statOf(image, name).isDirectory() ? image : `${directory}/root`;
  if (top !== image) {
    mkdirSync(top, { recursive: true });
    const mountIt = (device: string) => mountDevice(device, top, { ...layer, partition });
    await (statOf(image, name).isFile() ? withLoop(image, mountIt) : mountIt(image));
  }
  if (layer.subdir === undefined) return { name, top, inRam };
  const sub = `${top}/${layer.subdir}`;
  if (!statOf(sub, `${name},subdir=${layer.subdir}`).isDirectory())
    throw new Failure("invalid", `${name},subdir=${layer.subdir}`, "that is no directory");
  return { name, top: sub, inRam };
}
