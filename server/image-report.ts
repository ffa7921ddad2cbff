import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { bootSizes } from "./boot-files.ts";
import type { CleanedUp } from "./clean-up/clean-up.ts";
import type { Kernel } from "./find-kernel.ts";
import type { ImagePlace } from "./names.ts";
import type { Options, Report } from "./options.ts";
import { size } from "./space.ts";
import { type Pruned, prunedLines } from "./versions/prune.ts";
import { type MadeVersion, ROOT } from "./versions/versions.ts";

/** What `--dry-run` says. */
export function plan(
  place: ImagePlace,
  root: string,
  kernel: Kernel,
  excludes: string[],
  cleaned: CleanedUp,
): Report {
  const rewritten = cleaned.rewritten.map(({ path }) => path);
  return {
    lines: [
      `${root} would become ${place.image}, with the kernel ${kernel.version}.`,
      ...(rewritten.length === 0 ? [] : [`With another content: ${rewritten.join(", ")}`]),
      "Without these, and without what else is found of their kind:",
      ...excludes.map((path) => `  ${path}`),
      "Nothing was done.",
    ],
    data: {
      image: place.image,
      root,
      kernel: kernel.version,
      excludes,
      rewritten,
      leftOut: cleaned.found,
    },
  };
}

/** What was made, and what is still to be done. */
export function report(
  place: ImagePlace,
  { id, directory, manifest }: MadeVersion,
  { unpacked, before }: { unpacked: number | undefined; before: number | undefined },
  cleaned: CleanedUp,
  pruned: Pruned,
  options: Options,
): Report {
  const { kernel } = manifest;
  const bytes = statSync(join(directory, ROOT)).size;
  const boot = bootSizes(manifest);
  const next = nextSteps(place, options);
  return {
    lines: [
      [
        `${place.image}: version ${id}, ${size(bytes)}`,
        ...(unpacked === undefined ? [] : [`${size(unpacked)} unpacked`]),
        ...(before === undefined ? [] : [`${size(before)} the one before`]),
      ].join(", "),
      `${place.bootDir}: kernel ${kernel} ${size(boot.vmlinuz)}, modules ${size(boot.modules)}, for servers' cards ${size(boot.modulesRare)} more`,
      ...leftOut(cleaned),
      ...prunedLines(pruned),
      ...(next.length === 0 ? ["Clients boot it from now on."] : [`Next: ${next.join(" and ")}`]),
    ],
    data: {
      image: place.image,
      size: bytes,
      sizeUnpacked: unpacked,
      sizeBefore: before,
      version: id,
      kernel,
      bootDir: place.bootDir,
      boot,
      leftOut: cleaned.found,
      ...pruned,
      next,
    },
  };
}

/** What stays out of this very root; what stays out of all is in the manual page. */
function leftOut({ found }: CleanedUp): string[] {
  if (found.length === 0) return [];
  const more = found.length > 5 ? ` and ${found.length - 5} more (--json names them)` : "";
  return [`Left out, as ltsp-image(8) says: ${found.slice(0, 5).join(", ")}${more}`];
}

/** What is still missing before a client can boot the image. */
function nextSteps(place: ImagePlace, options: Options): string[] {
  const tree = join(options.tftp, "ltsp");
  const menu = join(tree, "ltsp.ipxe");
  const isInMenu =
    existsSync(menu) && readFileSync(menu, "utf8").split("\n").includes(`:image-${place.name}`);
  const hasInitrd = ["ltsp.img", "runtime.img"].every((name) => existsSync(join(tree, name)));
  return [...(hasInitrd ? [] : ["ltsp initrd"]), ...(isInMenu ? [] : ["ltsp ipxe"])];
}
