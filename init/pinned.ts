import { Failure } from "../conf/failure.ts";
import type { BootImage } from "../initrd/boot-image.ts";
import { type Fetched, fetchLayer } from "./fetch.ts";
import { statOf } from "./mount-device.ts";
import { detachBelow } from "./overlay.ts";
import type { Report } from "./report.ts";
import { type Layer, nameOf } from "./source.ts";

/**
 * The very version of the image that the boot files belong to: `images/versions/NAME/VERSION/root.img` for
 * `images/NAME.img`, which may be another version by now. An NBD server has two exports of an image, NAME for the
 * current version and NAME/previous for the one to boot when that does not, which is this `isFallback`. Undefined for a
 * layer that is not that image, or has no name of its own.
 */
export function pinned(layer: Layer, image: BootImage | undefined, isFallback: boolean): Layer | undefined {
  const { place } = layer;
  if (image === undefined || place.scheme === "file") return undefined;
  if (place.scheme === "nbd") {
    if (place.export !== image.name || !isFallback) return undefined;
    return { ...layer, place: { ...place, export: `${image.name}/previous` } };
  }
  const pointer = `/${image.name}.img`;
  const path = place.scheme === "nfs" ? place.path : place.url;
  if (!path.endsWith(pointer)) return undefined;
  const own = `${path.slice(0, -pointer.length)}/versions/${image.name}/${image.version}/root.img`;
  return { ...layer, place: place.scheme === "nfs" ? { ...place, path: own } : { ...place, url: own } };
}

/**
 * Brings a layer within reach, of the image that the boot files belong to their own version. Where that has no file of
 * its own, what the command line names must do, except over NBD, where that is the version that does not boot. `layer` is
 * which it was.
 */
export async function fetchPinned(
  report: Report,
  layer: Layer,
  image: BootImage | undefined,
  isFallback: boolean,
  directory: string,
): Promise<{ layer: Layer; fetched: Fetched }> {
  const own = pinned(layer, image, isFallback);
  if (own !== undefined)
    try {
      const fetched = await fetchLayer(report, own, directory);
      statOf(fetched.image, nameOf(own));
      return { layer: own, fetched };
    } catch (error) {
      // "refused": the server may have no directory of that version.
      const isAbsent = error instanceof Failure && ["missing", "refused"].includes(error.kind);
      if (!isAbsent || own.place.scheme === "nbd") throw error;
      detachBelow(directory);
    }
  return { layer, fetched: await fetchLayer(report, layer, directory) };
}
