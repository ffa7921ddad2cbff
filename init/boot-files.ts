import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { busybox } from "./busybox.ts";
import { read } from "./http.ts";

/** Where boot files are kept until the kernel has them: in RAM. */
const DIRECTORY = "/run/ltsp/fallback";

/** The largest block that fits into an Ethernet frame: three times as fast as TFTP's own 512 bytes. */
const BLOCK = "1468";

/** What a URL, http: or tftp:, holds. Failure: "missing" if the server has no such file. */
async function fetchFile(url: string): Promise<Uint8Array> {
  // Not by busybox's wget, which looks names up by glibc's own ways: a static one crashes over those in an initramfs.
  return url.startsWith("tftp:") ? tftp(url) : read(url);
}

function tftp(url: string): Uint8Array {
  const { hostname, port, pathname } = new URL(url);
  const file = `${DIRECTORY}/part`;
  const remote = ["-r", pathname.slice(1), hostname, port || "69"];
  const { status, output } = busybox("tftp", "-g", "-b", BLOCK, "-l", file, ...remote);
  try {
    if (status === 0) return readFileSync(file);
  } finally {
    rmSync(file, { force: true });
  }
  // The number of "file not found" (RFC 1350).
  const kind = output.includes("(1)") ? "missing" : "unreachable";
  throw new Failure(kind, url, output, "Is the TFTP server running?");
}

/** Boot files on a server. */
export interface Served {
  /** The URL of the directory that iPXE took them from. */
  base: string;
  version: string;
}

/** Which version of an image is the current one, or the one to boot when that does not, on the first server that has one. */
export async function findVersion(
  bases: readonly string[],
  name: string,
  which: "current" | "previous",
): Promise<Served | undefined> {
  mkdirSync(DIRECTORY, { recursive: true });
  let failure: Failure | undefined;
  for (const base of bases)
    try {
      const url = `${base}/${name}/${which}/version.ipxe`;
      return { base, version: versionIn(new TextDecoder().decode(await fetchFile(url)), url) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    }
  // Without HTTP, nobody answers but TFTP: the last answer counts.
  if (failure === undefined || failure.kind === "missing") return undefined;
  throw failure;
}

/** What the menu's script of a version sets: `set version VERSION`. */
export function versionIn(script: string, url: string): string {
  const version = /^set version (\w[\w.+~:-]*)$/m.exec(script)?.[1];
  if (version !== undefined) return version;
  throw new Failure(
    "invalid",
    url,
    "it does not say which version this is",
    "On the server: ltsp image IMAGE",
  );
}

/** Files for the kernel to start. */
export interface BootFiles {
  kernel: string;
  initrd: string;
}

/** Part of an initramfs: a URL, one of a file that not all versions have, or an archive that is there already. */
type Part = string | { optional: string } | Uint8Array;

/** Fetches a kernel, and the parts of its initramfs in that order. */
export async function fetchBootFiles(kernel: string, parts: readonly Part[]): Promise<BootFiles> {
  const files = { kernel: `${DIRECTORY}/vmlinuz`, initrd: `${DIRECTORY}/initrd` };
  writeFileSync(files.kernel, await fetchFile(kernel));
  writeFileSync(files.initrd, "");
  for (const part of parts) {
    const archive = await archiveOf(part);
    appendFileSync(files.initrd, archive);
    // The kernel takes an archive only where it starts at a multiple of 4.
    appendFileSync(files.initrd, new Uint8Array(-archive.length & 3));
  }
  return files;
}

async function archiveOf(part: Part): Promise<Uint8Array> {
  if (part instanceof Uint8Array) return part;
  if (typeof part === "string") return fetchFile(part);
  try {
    return await fetchFile(part.optional);
  } catch (error) {
    if (error instanceof Failure && error.kind === "missing") return new Uint8Array();
    throw error;
  }
}
