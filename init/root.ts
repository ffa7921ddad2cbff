import { mkdirSync } from "node:fs";
import type { Client } from "../client/facts.ts";
import { isOn } from "../client/flag.ts";
import { Failure } from "../conf/failure.ts";
import type { BootImage } from "../initrd/boot-image.ts";
import { mountShared } from "./administrative.ts";
import { readBootImage } from "./boot-image.ts";
import { intoRam } from "./fetch.ts";
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
  const summary = layers.map(nameOf).join(", ");
  if (isOn(client, "ADMINISTRATIVE_CLIENT") && (await mountShared(client, layers)))
    return { value: { layers: [], inRam: 0, shared: true }, summary: `${summary}, writable` };
  try {
    const mounted: MountedLayer[] = [];
    const image = readBootImage();
    for (const [index, layer] of layers.entries())
      mounted.push(await mountLayer(report, client, layer, image, `${LAYERS}/${index}`));
    const inRam = mounted.reduce((sum, layer) => sum + layer.inRam, 0);
    return { value: { layers: mounted.map(({ top }) => top), inRam, shared: false }, summary };
  } catch (error) {
    detachBelow(LAYERS); // images in RAM too, or the next try would lack their room
    throw error;
  }
}

/** The directory that is a layer's root, and the bytes of RAM that it takes. */
interface MountedLayer {
  top: string;
  inRam: number;
}

/** Mounts one layer below `directory`. */
async function mountLayer(
  report: Report,
  client: Client,
  named: Layer,
  image: BootImage | undefined,
  directory: string,
): Promise<MountedLayer> {
  const { layer, fetched } = await fetchPinned(report, named, image, directory);
  const name = nameOf(layer);
  const found = isOn(client, "IMAGE_TO_RAM")
    ? await intoRam(report, client, layer, fetched, directory)
    : fetched;
  const { image: file, inRam, partition } = found;
  const top = statOf(file, name).isDirectory() ? file : `${directory}/root`;
  if (top !== file) {
    mkdirSync(top, { recursive: true });
    const mountIt = (device: string) => mountDevice(device, top, { ...layer, partition });
    await (statOf(file, name).isFile() ? withLoop(file, mountIt) : mountIt(file));
  }
  if (layer.subdir === undefined) return { top, inRam };
  const sub = `${top}/${layer.subdir}`;
  if (!statOf(sub, `${name},subdir=${layer.subdir}`).isDirectory())
    throw new Failure("invalid", `${name},subdir=${layer.subdir}`, "that is no directory");
  return { top: sub, inRam };
}
