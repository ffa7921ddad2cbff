import { Failure } from "../conf/failure.ts";
import type { BootImage } from "../initrd/boot-image.ts";
import { type Fetched, fetchLayer } from "./fetch.ts";
import { statOf } from "./mount-device.ts";
import { detachBelow } from "./overlay.ts";
import type { Report } from "./report.ts";
import { type Layer, nameOf } from "./source.ts";

/**
 * The very version of the image that the boot files belong to: `images/versions/NAME/VERSION/root.img` for
 * `images/NAME.img`, which may be another version by now. Undefined for a layer that is not that image, and over NBD,
 * where a server has one export of an image.
 */
export function pinned(layer: Layer, image: BootImage | undefined): Layer | undefined {
  const { place } = layer;
  if (image === undefined || (place.scheme !== "nfs" && place.scheme !== "http")) return undefined;
  const pointer = `/${image.name}.img`;
  const path = place.scheme === "nfs" ? place.path : place.url;
  if (!path.endsWith(pointer)) return undefined;
  const own = `${path.slice(0, -pointer.length)}/versions/${image.name}/${image.version}/root.img`;
  return { ...layer, place: place.scheme === "nfs" ? { ...place, path: own } : { ...place, url: own } };
}

/**
 * Brings a layer within reach, of the image that the boot files belong to their own version. Where that has no file of
 * its own, what the command line names must do; `layer` is which it was.
 */
export async function fetchPinned(
  report: Report,
  layer: Layer,
  image: BootImage | undefined,
  directory: string,
): Promise<{ layer: Layer; fetched: Fetched }> {
  const own = pinned(layer, image);
  if (own !== undefined)
    try {
      const fetched = await fetchLayer(report, own, directory);
      statOf(fetched.image, nameOf(own));
      return { layer: own, fetched };
    } catch (error) {
      // "refused": the server may have no directory of that version.
      if (!(error instanceof Failure && ["missing", "refused"].includes(error.kind))) throw error;
      detachBelow(directory);
    }
  return { layer, fetched: await fetchLayer(report, layer, directory) };
}
