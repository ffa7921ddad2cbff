import { chmodSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { evaluate } from "../conf/evaluate.ts";
import { Failure } from "../conf/failure.ts";
import type { Settings } from "../conf/settings.ts";
import { makeBootFiles, nameImage } from "./boot-files.ts";
import { cleanUp, nothing } from "./clean-up/clean-up.ts";
import { cleanUpSteps } from "./clean-up/steps.ts";
import { readConf } from "./conf.ts";
import { excludesFor } from "./excludes.ts";
import { makeDirectory } from "./files.ts";
import { findKernel } from "./find-kernel.ts";
import { plan, report } from "./image-report.ts";
import { kernelChoice } from "./kernel-initrd.ts";
import { withLock } from "./lock.ts";
import { type ImagePlace, noSuchRoot, placeOf } from "./names.ts";
import type { Options, Report } from "./options.ts";
import { withPackageLock } from "./package-lock.ts";
import { progressBar } from "./progress.ts";
import { type RootFiles, rootDirectory } from "./root-files.ts";
import { requireProgram } from "./run.ts";
import { seal } from "./seal.ts";
import { lacking, withMounted } from "./source.ts";
import { type Compression, makeSquashfs, splitParams } from "./squashfs.ts";
import { requireVeritysetup } from "./verity.ts";
import { withNewVersion } from "./versions/make.ts";
import { keptImages, pruneAfter } from "./versions/prune.ts";
import { publishNew, requireOwnImage } from "./versions/publish.ts";
import { ROOT, versionsOf } from "./versions/versions.ts";

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
  /** KERNEL_INITRD, if it was given on the command line. */
  kernelInitrd?: string | undefined;
  /** Look at everything, write nothing. */
  dryRun?: boolean | undefined;
  /** Let clients check each block that they read (dm-verity): the default. */
  verity?: boolean;
  /** What the admin wants to remember of this version. */
  note?: string | undefined;
}

/**
 * `ltsp image NAME|DIR|DISK|/`: a version of an image, which is a squashfs of a root, and its kernel and modules. Clients
 * boot it from the moment that it is whole, and the one before when anything goes wrong.
 */
export async function image(request: ImageRequest, options: Options): Promise<Report> {
  const place = placeOf(request.argument, options);
  splitParams(request.params ?? "");
  for (const program of ["mksquashfs", "zstd"]) requireProgram(program);
  if (request.verity ?? true) requireVeritysetup();
  const { root, layers } = place;
  if (layers !== undefined)
    return withMounted(layers, (mounted, check) =>
      imageOf(mounted, rootDirectory(mounted, layers[0]?.where ?? mounted), place, request, options, check),
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
  check = () => {},
): Promise<Report> {
  checkRoot(root, files.source);
  const settings = evaluate(readConf(options.conf), { side: "server", applet: "image" });
  const keep = keptImages(settings);
  const wantsTree = request.verity ?? true;
  const { omitted, errors } = omittedSteps(settings);
  const cleaned = (request.cleanUp ?? true) ? cleanUp(root, omitted) : nothing;
  const excludes = excludesFor(root, settings, options, cleaned);
  const choice = kernelChoice(request.kernel, request.kernelInitrd, settings);
  if (request.dryRun) return plan(place, files.source, await findKernel(files, choice), excludes, cleaned);

  makeDirectory(dirname(place.image));
  return withLock(place.lock, `image ${place.name}`, async () => {
    requireOwnImage(place);
    const before = statSync(place.image, { throwIfNoEntry: false })?.size;
    const bar = await progressBar(place.image);
    try {
      return await withNewVersion(place, async ({ id, directory, add }) => {
        // The kernel comes first, since a root without one is found out at once and an image only after a while.
        const kernel = await findKernel(files, choice);
        const target = join(directory, ROOT);
        const versions = versionsOf(place);
        const [unpacked, boot] = await withPackageLock(place.root, () => {
          const squashfs = makeSquashfs({
            root,
            source: files.source,
            target,
            stage: join(directory, "stage"),
            excludes,
            binary: request.binary,
            rewritten: cleaned.rewritten,
            compression: request.compression ?? "normal",
            params: request.params ?? "",
            onProgress: bar.at,
          });
          return both(squashfs, makeBootFiles(directory, kernel, files, versions));
        });
        chmodSync(target, 0o644);
        if (wantsTree && !boot.canCheck) errors.push(cannotCheck(files.source, boot.kernel));
        const { file, ...checked } = await seal(target, wantsTree && boot.canCheck);
        const start = nameImage(directory, { name: place.name, version: id, size: file.size, ...checked });
        // mksquashfs takes a directory that cannot be read for an empty one.
        check();
        const version = await add({
          source: place.source,
          kernel: boot.kernel,
          packs: { sha256: boot.packs, start },
          files: { [ROOT]: file },
          ...checked,
          ...(request.note === undefined ? {} : { note: request.note }),
        });
        publishNew(place, version);
        const { pruned, errors: unpruned } = await pruneAfter(place, keep);
        const said = report(place, version, { unpacked, before }, cleaned, pruned, options);
        return { ...said, errors: [...errors, ...unpruned] };
      });
    } finally {
      bar.end();
    }
  });
}

/** Waits for both, also where one fails: the other may be writing still. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** Something else than an operating system's root would become an image that no client can boot. */
function checkRoot(root: string, source: string): void {
  const missing = lacking(root);
  if (missing === undefined) return;
  throw new Failure(
    "invalid",
    source,
    `this is not the root of an operating system: it has no ${missing}`,
    `Make one there: mmdebstrap --variant=minbase --include=systemd-sysv,udev,kmod,iproute2,dbus,linux-image-amd64 bookworm ${source}`,
  );
}

/** A client could not boot an image with a hash tree by such a kernel. */
function cannotCheck(source: string, kernel: string): string {
  const why = `the kernel ${kernel} has no module dm-verity, so clients do not check what they read of this image`;
  return new Failure(
    "missing",
    source,
    why,
    "Give --verity=0 if that is as you want it, or install a kernel that has it.",
  ).message;
}

/** The words of OMIT_FUNCTIONS, and what to say of one that is no step of the clean-up. */
function omittedSteps(settings: Settings): { omitted: Set<string>; errors: string[] } {
  const omitted = settings.words("OMIT_FUNCTIONS");
  const known = cleanUpSteps.map(({ name }) => name);
  const errors = omitted
    .filter((name) => !known.includes(name))
    .map((name) => {
      const why = `${name} is no step of ltsp image's clean-up`;
      const remedy = `The steps: ${known.join(" ")}. Those of the boot stand under [clients].`;
      return settings.failure("OMIT_FUNCTIONS", why, remedy).message;
    });
  return { omitted: new Set(omitted), errors };
}
