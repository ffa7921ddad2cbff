import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Failure } from "../conf/failure.ts";
import type { Options } from "./options.ts";

/** Where everything of one image is. */
export interface ImagePlace {
  name: string;
  /** The directory it is made from, if it is there. */
  root: string | undefined;
  /** `<base>/images/NAME.img` */
  image: string;
  /** `<tftp>/ltsp/NAME`, with vmlinuz, modules.img and modules-rare.img. */
  bootDir: string;
  lock: string;
}

/**
 * What an applet's argument means: NAME is `<base>/NAME`; anything with a slash is a directory, and the
 * image is called like it (`/` is called like the machine's architecture, as `uname -m` says).
 */
export function placeOf(argument: string, options: Options): ImagePlace {
  const isPath = argument.includes("/");
  const root = isPath ? argument : join(options.base, argument);
  const name = isPath ? nameOf(root) : argument;
  checkName(name, argument);
  return {
    name,
    root: isDirectory(root) ? realpathSync(root) : undefined,
    image: join(options.base, "images", `${name}.img`),
    bootDir: join(options.tftp, "ltsp", name),
    lock: join(options.base, "images", `.${name}.lock`),
  };
}

/** The names of the images that there are. */
export function imageNames(options: Options): string[] {
  return list(join(options.base, "images"))
    .filter((name) => name.endsWith(".img") && !name.startsWith("."))
    .map((name) => name.slice(0, -".img".length))
    .sort();
}

/** The failure for a name that is neither a root nor an image: says which there are and how to make one. */
export function noSuchRoot(argument: string, options: Options): Failure {
  const roots = list(options.base).filter(
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
      : `Make one: mmdebstrap --variant=minbase --include=systemd-sysv,udev,kmod,iproute2,dbus,linux-image-amd64 bookworm ${what}`,
  );
}

function nameOf(directory: string): string {
  if (isDirectory(directory) && realpathSync(directory) === "/")
    return process.arch === "x64" ? "x86_64" : process.arch;
  return basename(directory.replace(/\/+$/, ""));
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

/** The names in a directory, none if there is no such directory. */
export function list(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
