import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { Failure } from "../conf/failure.ts";
import type { LayerText } from "../conf/layers.ts";
import { namesIn } from "./files.ts";
import type { Options } from "./options.ts";
import { sourceLayers } from "./source.ts";

/** Where everything of one image is. */
export interface ImagePlace {
  name: string;
  /** What `ltsp image` was given, with the whole path of each layer: it makes the same image again, from any directory. */
  source: string;
  /** The directory it is made from, if it is there. */
  root: string | undefined;
  /** What has to be mounted to have its root, if that is there: a disk's image, a live CD, layers. */
  layers: LayerText[] | undefined;
  /** `<base>/images/NAME.img`, a link to the root.img of the current version. */
  image: string;
  /** `<base>/images/versions/NAME`, where each version is a directory. */
  versions: string;
  /** `<tftp>/ltsp/NAME`, with vmlinuz, modules.img and modules-rare.img of the current version, and with all versions. */
  bootDir: string;
  lock: string;
}

/** The same of an image that is there, whatever it was made from. */
export type MadeImagePlace = Omit<ImagePlace, "source" | "root" | "layers">;

/**
 * What an applet's argument means: NAME is the directory `<base>/NAME`, or the disk `<base>/NAME.img`; anything with a
 * slash is a directory or a file, and the image is called like it (`/` is called like the machine's architecture, as
 * `uname -m` says). Options and further layers follow commas.
 */
export function placeOf(argument: string, options: Options): ImagePlace {
  const [first = ""] = argument.split(",", 1);
  const isPath = first.includes("/");
  const path = isPath ? first : inBase(first, options);
  const name = isPath ? nameOf(path) : first;
  checkName(name, argument);
  const more = argument.slice(first.length);
  const wholeMore = more.replaceAll(/,,([^,]+)/g, (_, lower) => `,,${wholePath(lower)}`);
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  const layers = isThere ? sourceLayers(`${path}${more}`) : undefined;
  return {
    root: layers === undefined && isDirectory(path) ? realpathSync(path) : undefined,
    layers,
    source: `${isPath ? wholePath(first) : first}${wholeMore}`,
    ...placeOfImage(name, options),
  };
}

/** As it is, also where a symbolic link is in it. */
const wholePath = (path: string) =>
  isAbsolute(path) ? path : `${process.cwd()}/${path.replace(/^(\.\/+)+/, "")}`;

/** Where an image is that there may be no root of any more. */
export function placeOfImage(name: string, options: Options): MadeImagePlace {
  return {
    name,
    image: join(options.base, "images", `${name}.img`),
    versions: join(options.base, "images/versions", name),
    bootDir: join(options.tftp, "ltsp", name),
    lock: join(options.base, "images", `.${name}.lock`),
  };
}

/** The names of the images that there are. */
export function imageNames(options: Options): string[] {
  return namesIn(join(options.base, "images"))
    .filter((name) => name.endsWith(".img") && !name.startsWith("."))
    .map((name) => name.slice(0, -".img".length))
    .sort();
}

/** Where all images are; fails if there is none. */
export function allImages(options: Options): MadeImagePlace[] {
  const names = imageNames(options);
  if (names.length > 0) return names.map((name) => placeOfImage(name, options));
  throw new Failure(
    "missing",
    join(options.base, "images"),
    "there is no image",
    "Make one: ltsp image NAME",
  );
}

/** Where an image is that has to be there; fails, naming those that are. */
export function imagePlace(argument: string, options: Options): ImagePlace {
  const place = placeOf(argument, options);
  if (existsSync(place.image) || existsSync(place.versions)) return place;
  throw new Failure(
    "missing",
    place.image,
    `there is no such image (there are: ${imageNames(options).join(", ") || "none"})`,
    `Make it: ltsp image ${argument}`,
  );
}

/** The failure for a name that is neither a root nor an image: says which there are and how to make one. */
export function noSuchRoot(argument: string, options: Options): Failure {
  const roots = namesIn(options.base).filter(
    (name) => name !== "images" && isDirectory(join(options.base, name, "etc")),
  );
  const images = imageNames(options);
  const what = argument.includes("/") ? argument : join(options.base, argument);
  return new Failure(
    "missing",
    what,
    `no such root directory (roots in ${options.base}: ${roots.sort().join(", ") || "none"}; images: ${images.join(", ") || "none"})`,
    argument.includes("/")
      ? "Give the directory of an installed system, or / for this one."
      : `Make one: mmdebstrap --variant=minbase --include=systemd-sysv,udev,kmod,iproute2,dbus,linux-image-amd64 bookworm ${what}. Or put a disk's image there: ${what}.img`,
  );
}

/** A virtual machine's disk is put, or linked, into `<base>`. */
function inBase(name: string, options: Options): string {
  const [directory, disk] = [join(options.base, name), join(options.base, `${name}.img`)];
  return !isDirectory(directory) && existsSync(disk) ? disk : directory;
}

/** What ends the names of disks, of VirtualBox' raw ones too (NAME-flat.vmdk). */
const endings = /(-flat)?\.(img|raw|iso|squashfs|sfs|qcow2?|vmdk|vdi|vhdx?)$/i;

function nameOf(directory: string): string {
  if (isDirectory(directory) && realpathSync(directory) === "/")
    return process.arch === "x64" ? "x86_64" : process.arch;
  return basename(directory.replace(/\/+$/, "")).replace(endings, "");
}

/** A name becomes a file, a directory, a URL and an iPXE label, so it is kept plain. */
function checkName(name: string, argument: string): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(name) && name !== "images") return;
  throw new Failure(
    "invalid",
    argument,
    `"${name}" cannot be an image's name: letters, digits and . _ + - only, not starting with a dot, and not "images"`,
    "Rename the directory.",
  );
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
