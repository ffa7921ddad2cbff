import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { BOOT_IMAGE, type BootImage, type Verity } from "../initrd/boot-image.ts";
import type { Layer, Place } from "./source.ts";

/**
 * What the boot files say of the image that they belong to; undefined if nothing. It came over the network, and goes
 * to the kernel, to a shell and to the console: what it may not be is refused.
 */
export function readBootImage(file = `/${BOOT_IMAGE}`): BootImage | undefined {
  if (!existsSync(file)) return undefined;
  const found = parse(readFileSync(file, "utf8"));
  if (found !== undefined) return found;
  throw new Failure(
    "invalid",
    file,
    "what modules.img says of its image cannot be read",
    "On the server, make the image and its boot files anew: ltsp image IMAGE",
  );
}

function parse(text: string): BootImage | undefined {
  try {
    const { name, version, size, verity } = JSON.parse(text);
    const whole = isName(name) && isName(version) && isCount(size);
    if (!whole || !(verity === undefined || isVerity(verity))) return undefined;
    return { name, version, size, ...(verity && { verity }) };
  } catch {
    return undefined;
  }
}

const isName = (value: unknown) => typeof value === "string" && /^[\w.+:@~-]+$/.test(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0;

function isVerity(value: Record<keyof Verity, unknown> | null): boolean {
  const { rootHash, salt, dataBlocks, hashStart } = value ?? {};
  return isHex(rootHash, 32, 32) && isHex(salt, 0, 256) && isCount(dataBlocks) && isCount(hashStart);
}

/** Hexadecimal digits of so many bytes. */
function isHex(value: unknown, least: number, most: number): boolean {
  return typeof value === "string" && new RegExp(`^([0-9a-f]{2}){${least},${most}}$`).test(value);
}

/**
 * Is a layer the image of the boot files? By its name, and if it is the only one also by its size: who gave their
 * image another name should not lose the check, and who boots another image must be able to.
 */
export function isBootImage(
  { place, partition }: Pick<Layer, "place" | "partition">,
  image: BootImage,
  size: number,
  alone: boolean,
): boolean {
  if (partition !== undefined) return false;
  const { name, version } = image;
  const path = `/${whereIs(place)}`;
  const named = [`/${name}.img`, `/versions/${name}/${version}/root.img`].some((end) => path.endsWith(end));
  const exported = [`/${name}`, `/${name}/previous`].includes(path);
  return named || exported || (alone && size === image.size);
}

function whereIs(place: Place): string {
  switch (place.scheme) {
    case "nbd":
      return place.export;
    case "http":
      return place.url;
    default:
      return place.path;
  }
}
