import { readFileSync } from "node:fs";
import type { Client } from "../client/facts.ts";
import { cmdlineWords } from "../conf/cmdline.ts";
import { Failure, mayHeal } from "../conf/failure.ts";
import type { BootImage } from "../initrd/boot-image.ts";
import { cpio, file } from "../initrd/cpio.ts";
import { fetchBootFiles, findVersion, type Served } from "./boot-files.ts";
import { readBootImage } from "./boot-image.ts";
import { FAILED, type Failed, fellBack } from "./fell-back.ts";
import { kexec } from "./kexec.ts";
import { PhaseError } from "./phase.ts";
import { pinned } from "./pinned.ts";
import type { Report } from "./report.ts";
import { type Layer, nameOf, sourceOf } from "./source.ts";

/**
 * Starts the previous version of the image, with its own kernel, after a phase that has to do with the image has failed
 * in a way that asking again does not heal. Returns if there is none, or if that cannot be, which it says.
 */
export async function bootPrevious(
  report: Report,
  client: Client,
  cmdline: ReadonlyMap<string, string>,
  error: unknown,
): Promise<void> {
  if (!(error instanceof PhaseError)) return;
  // A second version that does not boot either is not the image's fault.
  if (fellBack(cmdline) !== undefined) return;
  const image = versionToLeave(cmdline, client.server, error);
  if (image === undefined) return;
  try {
    const bases = basesOf(cmdline, client.server);
    const current = await findVersion(bases, image.name, "current");
    // Another one has taken its place since: this client starts again, and boots that.
    if (current?.version !== image.version) return;
    const previous = await findVersion(bases, image.name, "previous");
    if (previous === undefined) return;
    const failed = { name: image.name, version: image.version, why: reasonOf(error) };
    report.say(
      "error",
      `fallback: ${failed.name}'s version ${failed.version} does not boot: ${failed.why}. ` +
        `Fetching the version before it, ${previous.version}, from ${previous.base}`,
    );
    await start(previous, failed);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    report.say("error", `fallback: the version before it cannot be booted: ${why}`);
  }
}

/** The image whose version another kernel would change; undefined where that would not help. */
function versionToLeave(
  cmdline: ReadonlyMap<string, string>,
  server: string | undefined,
  error: PhaseError,
): BootImage | undefined {
  try {
    const image = readBootImage();
    return image !== undefined && isOfVersion(error, sourceOf(cmdline, server), image) ? image : undefined;
  } catch (cause) {
    // That is what the boot failed of.
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

/**
 * May another version do better? Not where the server is down or refuses all of them, where this PC's memory is too small,
 * where another layer of the root is what fails, or where the layers have no versions.
 */
export function isOfVersion(
  { phase, cause }: PhaseError,
  layers: readonly Layer[],
  image: BootImage,
): boolean {
  const own = layers.flatMap((layer) => {
    const version = pinned(layer, image, true);
    return version === undefined ? [] : [nameOf(layer), nameOf(version)];
  });
  if (own.length === 0 || mayHeal(cause)) return false;
  if (!(cause instanceof Failure)) return true;
  if (cause.kind === "refused" || cause.kind === "no-space") return false;
  return (
    phase !== "root" ||
    layers.length === 1 ||
    own.some((name) => cause.on === name || cause.on.startsWith(`${name},`))
  );
}

/** The URLs where the boot files may be: where the menu says that iPXE had them from, else on the server. */
function basesOf(cmdline: ReadonlyMap<string, string>, server: string | undefined): string[] {
  const base = cmdline.get("ltsp.base");
  if (base !== undefined) return [base];
  return server === undefined ? [] : [`http://${server}/ltsp`, `tftp://${server}/ltsp`];
}

/** Why a phase failed, as a clause: without the remedy, which is for an image that has no version before it. */
function reasonOf({ phase, cause, message }: PhaseError): string {
  return cause instanceof Failure ? `${phase}: ${cause.on}: ${cause.why}` : message;
}

/** Starts a version with the files and in the order that the menu has, and what tells it that it is a fallback. */
async function start({ base, version }: Served, failed: Failed): Promise<void> {
  const words = cmdlineWords(readFileSync("/proc/cmdline", "utf8"));
  const own = (name: string) => `${base}/${failed.name}/${version}/${name}`;
  const files = await fetchBootFiles(own("vmlinuz"), [
    `${base}/runtime.img`,
    own("modules.img"),
    ...(words.includes("initrd=modules-rare.img") ? [{ optional: own("modules-rare.img") }] : []),
    cpio([file(FAILED, JSON.stringify(failed))]),
    `${base}/ltsp.img`,
  ]);
  kexec(files, commandLine(words));
}

/** The command line for another kernel: without what the boot loader has said of its own files. */
export function commandLine(words: readonly string[]): string {
  return words.filter((word) => !/^(BOOT_IMAGE|initrd)=/.test(word)).join(" ");
}
