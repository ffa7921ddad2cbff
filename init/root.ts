import { mkdirSync } from "node:fs";
import type { Client } from "../client/facts.ts";
import { isOn } from "../client/flag.ts";
import { Failure } from "../conf/failure.ts";
import type { BootImage } from "../initrd/boot-image.ts";
import { mountShared } from "./administrative.ts";
import { isBootImage, readBootImage } from "./boot-image.ts";
import { fellBack } from "./fell-back.ts";
import { type Fetched, intoRam } from "./fetch.ts";
import { sizeOf } from "./filesystem.ts";
import { LAYERS } from "./layout.ts";
import { withLoop } from "./loop.ts";
import { mountDevice, statOf } from "./mount-device.ts";
import { detachBelow } from "./overlay.ts";
import type { Found } from "./phase.ts";
import { fetchPinned } from "./pinned.ts";
import type { Report } from "./report.ts";
import { type Layer, nameOf, sourceOf } from "./source.ts";
import { type CheckedImage, requireVersion, withVerity } from "./verity.ts";

/** The root as it was found. */
export interface MountedRoot {
  /** The layers' directories, top first. */
  layers: string[];
  /** Bytes of RAM that they take. */
  inRam: number;
  /** It has no layers: it is mounted in its place, writable, and other clients have it too. */
  shared: boolean;
  /** The layer that dm-verity checks, if any is. */
  checked?: CheckedImage | undefined;
}

/** Phase 4: what the command line names as root, mounted read-only, but for an administrative client. */
export async function root(
  report: Report,
  client: Client,
  cmdline: ReadonlyMap<string, string>,
): Promise<Found<MountedRoot>> {
  const layers = sourceOf(cmdline, client.server);
  const names = layers.map(nameOf).join(", ");
  if (isOn(client, "ADMINISTRATIVE_CLIENT") && (await mountShared(client, layers)))
    return { value: { layers: [], inRam: 0, shared: true }, summary: `${names}, writable` };
  const bootImage = readBootImage();
  const isFallback = fellBack(cmdline) !== undefined;
  try {
    const mounted: MountedLayer[] = [];
    for (const [index, named] of layers.entries()) {
      const directory = `${LAYERS}/${index}`;
      const { layer, fetched } = await fetchPinned(report, named, bootImage, isFallback, directory);
      const image = ownImage(bootImage, layer, fetched, layers.length === 1);
      mounted.push(await mountLayer(report, client, layer, fetched, image, directory));
    }
    const inRam = mounted.reduce((sum, layer) => sum + layer.inRam, 0);
    const checked = mounted.find((layer) => layer.checked !== undefined)?.checked;
    const summary =
      checked === undefined ? "not checked" : `version ${checked.version}, checked as it is read`;
    return {
      value: { layers: mounted.map(({ top }) => top), inRam, shared: false, checked },
      summary: `${names}${bootImage?.verity === undefined ? "" : `, ${summary}`}`,
    };
  } catch (error) {
    detachBelow(LAYERS); // images in RAM too, or the next try would lack their room
    throw error;
  }
}

/** The directory that is a layer's root, and the bytes of RAM that it takes. */
interface MountedLayer {
  top: string;
  inRam: number;
  checked: CheckedImage | undefined;
}

/** The image of the boot files, if a layer is that. */
function ownImage(
  image: BootImage | undefined,
  layer: Layer,
  { image: path }: Fetched,
  alone: boolean,
): BootImage | undefined {
  if (image === undefined || statOf(path, nameOf(layer)).isDirectory()) return undefined;
  return isBootImage(layer, image, sizeOf(path), alone) ? image : undefined;
}

/** Mounts one layer, which is within reach, below `directory`. */
async function mountLayer(
  report: Report,
  client: Client,
  layer: Layer,
  fetched: Fetched,
  own: BootImage | undefined,
  directory: string,
): Promise<MountedLayer> {
  const name = nameOf(layer);
  if (own !== undefined) requireVersion(fetched.image, own, name);
  const checked = own?.verity && { ...own, verity: own.verity, on: name };
  const found = isOn(client, "IMAGE_TO_RAM")
    ? await intoRam(report, client, layer, fetched, directory, own?.size)
    : fetched;
  const { image, inRam, partition } = found;
  const top = statOf(image, name).isDirectory() ? image : `${directory}/root`;
  if (top !== image) {
    mkdirSync(top, { recursive: true });
    const mountPlain = (device: string) => mountDevice(device, top, { ...layer, partition });
    const mountIt = (device: string) =>
      checked === undefined ? mountPlain(device) : withVerity(device, checked, mountPlain);
    await (statOf(image, name).isFile() ? withLoop(image, mountIt) : mountIt(image));
  }
  if (layer.subdir === undefined) return { top, inRam, checked };
  const sub = `${top}/${layer.subdir}`;
  if (!statOf(sub, `${name},subdir=${layer.subdir}`).isDirectory())
    throw new Failure("invalid", `${name},subdir=${layer.subdir}`, "that is no directory");
  return { top: sub, inRam, checked };
}
