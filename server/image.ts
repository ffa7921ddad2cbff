import { chmodSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { evaluate } from "../conf/evaluate.ts";
import { Failure } from "../conf/failure.ts";
import type { Settings } from "../conf/settings.ts";
import { type BootSizes, bootSizes, withBootFiles } from "./boot-files.ts";
import { type CleanedUp, cleanUp, nothing } from "./clean-up/clean-up.ts";
import { cleanUpSteps } from "./clean-up/steps.ts";
import { readConf } from "./conf.ts";
import { excludesFor } from "./excludes.ts";
import { beside, makeDirectory, putInPlace, removeLeftovers } from "./files.ts";
import { findKernel, type Kernel } from "./find-kernel.ts";
import { withLock } from "./lock.ts";
import { type ImagePlace, noSuchRoot, placeOf } from "./names.ts";
import type { Options, Report } from "./options.ts";
import { withPackageLock } from "./package-lock.ts";
import { progressBar } from "./progress.ts";
import { type RootFiles, rootDirectory } from "./root-files.ts";
import { requireProgram } from "./run.ts";
import { withMounted } from "./source.ts";
import { size } from "./space.ts";
import { type Compression, makeSquashfs, splitParams } from "./squashfs.ts";

export interface ImageRequest {
  /** NAME, DIR, DISK or "/", with options and further layers behind commas. */
  argument: string;
  /** The compiled ltsp to put into the image. */
  binary: string;
  /** More options for mksquashfs, as one text. */
  params?: string | undefined;
  /** Take out what must not travel to clients: the default. */
  cleanUp?: boolean;
  compression?: Compression | undefined;
  /** The version of the kernel to take, the newest if undefined. */
  kernel?: string | undefined;
  /** Look at everything, write nothing. */
  dryRun?: boolean | undefined;
}

/**
 * `ltsp image NAME|DIR|DISK|/`: a squashfs of a root, and its kernel and modules. The old image and boot files stay
 * until the new ones are whole, and stay for good when anything goes wrong.
 */
export async function image(request: ImageRequest, options: Options): Promise<Report> {
  const place = placeOf(request.argument, options);
  splitParams(request.params ?? "");
  for (const program of ["mksquashfs", "zstd"]) requireProgram(program);
  const { root, layers } = place;
  if (layers !== undefined)
    return withMounted(layers, (mounted) =>
      imageOf(mounted, rootDirectory(mounted, layers[0]?.where ?? mounted), place, request, options),
    );
  if (root === undefined) throw noSuchRoot(request.argument, options);
  return imageOf(root, rootDirectory(root, root), place, request, options);
}

async function imageOf(
  root: string,
  files: RootFiles,
  place: ImagePlace,
  request: ImageRequest,
  options: Options,
): Promise<Report> {
  checkRoot(root);
  const settings = evaluate(readConf(options.conf), { side: "server", applet: "image" });
  const cleaned = (request.cleanUp ?? true) ? cleanUp(root, omittedSteps(settings)) : nothing;
  const excludes = excludesFor(root, settings, options, cleaned);
  if (request.dryRun)
    return plan(place, files.source, await findKernel(files, request.kernel), excludes, cleaned);

  makeDirectory(dirname(place.image));
  return withLock(place.lock, `image ${place.name}`, async () => {
    const stage = join(dirname(place.image), `${place.name}.stage`);
    removeLeftovers(place.image, stage);
    const bar = await progressBar(place.image);
    try {
      // The kernel comes first, since a root without one is found out at once and an image only after a while.
      return await withBootFiles(place, files, request.kernel, async (made, putBootFilesInPlace) => {
        const before = statSync(place.image, { throwIfNoEntry: false })?.size;
        const unpacked = await withPackageLock(place.root, () =>
          makeSquashfs({
            root,
            target: beside(place.image),
            stage: beside(stage),
            excludes,
            binary: request.binary,
            rewritten: cleaned.rewritten,
            compression: request.compression ?? "normal",
            params: request.params ?? "",
            onProgress: bar.at,
          }),
        );
        chmodSync(beside(place.image), 0o644);
        putInPlace(place.image);
        putBootFilesInPlace();
        const sizes = { unpacked, before };
        return report(place, made.version, bootSizes(made), sizes, cleaned, options);
      });
    } finally {
      bar.end();
      rmSync(beside(place.image), { force: true });
    }
  });
}

/** What `--dry-run` says. */
function plan(
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

/** Something else than an operating system's root would become an image that no client can boot. */
function checkRoot(root: string): void {
  const missing = ["etc", "usr/bin"].find((path) => !existsSync(join(root, path)));
  if (missing === undefined) return;
  throw new Failure(
    "invalid",
    root,
    `this is not the root of an operating system: it has no ${missing}`,
    `Make one there: mmdebstrap --variant=minbase --include=systemd-sysv,udev,kmod,iproute2,dbus,linux-image-amd64 bookworm ${root}`,
  );
}

/** The steps of the clean-up that OMIT_FUNCTIONS leaves out. */
function omittedSteps(settings: Settings): Set<string> {
  const omitted = settings.words("OMIT_FUNCTIONS");
  const known = cleanUpSteps.map(({ name }) => name);
  const unknown = omitted.find((name) => !known.includes(name));
  if (unknown === undefined) return new Set(omitted);
  throw settings.failure(
    "OMIT_FUNCTIONS",
    `${unknown} is no step of ltsp image's clean-up`,
    `The steps: ${known.join(" ")}.`,
  );
}

function report(
  place: ImagePlace,
  version: string,
  boot: BootSizes,
  { unpacked, before }: { unpacked: number | undefined; before: number | undefined },
  cleaned: CleanedUp,
  options: Options,
): Report {
  const bytes = statSync(place.image).size;
  const next = nextSteps(place, options);
  return {
    lines: [
      [
        `${place.image}: ${size(bytes)}`,
        ...(unpacked === undefined ? [] : [`${size(unpacked)} unpacked`]),
        ...(before === undefined ? [] : [`${size(before)} the one before`]),
      ].join(", "),
      `${place.bootDir}: kernel ${version} ${size(boot.vmlinuz)}, modules ${size(boot.modules)}, for servers' cards ${size(boot.modulesRare)} more`,
      ...leftOut(cleaned),
      ...(next.length === 0 ? ["Clients boot it from now on."] : [`Next: ${next.join(" and ")}`]),
    ],
    data: {
      image: place.image,
      size: bytes,
      sizeUnpacked: unpacked,
      sizeBefore: before,
      kernel: version,
      bootDir: place.bootDir,
      boot,
      leftOut: cleaned.found,
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
