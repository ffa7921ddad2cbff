import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  mkdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "../conf/failure.ts";
import type { Rewritten } from "./clean-up/rewrites.ts";
import { run } from "./run.ts";
import { orNoSpace } from "./space.ts";

interface SquashfsRequest {
  /** The root to pack; it is only read. */
  root: string;
  /** What to call it in a message. */
  source: string;
  /** The file to write; a file of that name is replaced. */
  target: string;
  /** A directory to make for the time being, on a file system with room for the binary. */
  stage: string;
  excludes: string[];
  /** Our binary, which goes in as /usr/bin/ltsp. */
  binary: string;
  /** Files of the root that go in with another content. */
  rewritten: Rewritten[];
  compression: Compression;
  /** The admin's own options to mksquashfs, as one text. */
  params: string;
  onProgress: (percent: number) => void;
}

/**
 * zstd level 3 packs Debian 12 (730 MB) in 3 s to 230 MB on two cores; level 6 needs 6.6 s for 217 MB, 9 12.6 s
 * for 214 MB, 15 95 s for 204 MB. Blocks of 1 MB would save 8 %, but a client would read 1 MB for any small file.
 * An emulated PC boots from levels 1, 3 and 9, and from blocks of 64, 128 and 256 KiB, in the same time (11.3 to 11.9 s to
 * systemd, 22.1 to 23.2 s to the login, 59.0 to 61.4 MB), over 100 Mbit/s as over 1 Gbit/s (tbf).
 *
 * erofs of the same files (194 MB and 3.8 s of CPU as squashfs): with lz4, which Debian 12's
 * kernel reads, 308 MB and 1.5 s; with lz4hc 262 MB and 25 s; with zstd level 3, for Debian 13's, 219 MB and 18 s
 * (mkfs.erofs 1.8). Every image is made from scratch: see "How an
 * image is made" in ltsp-image(8).
 */
const levels = { fast: "1", normal: "3", small: "15" };

/** How much time is given to making an image small. */
export type Compression = keyof typeof levels;

/** Makes a squashfs of a root with mksquashfs; the bytes that it was made of, if mksquashfs says so. */
export async function makeSquashfs(request: SquashfsRequest): Promise<number | undefined> {
  const { stage, target } = request;
  const params = splitParams(request.params);
  try {
    orNoSpace(stage, () => fillStage(request));
    rmSync(target, { force: true });
    const zstd = ["-comp", "zstd", "-Xcompression-level", levels[request.compression], "-b", "128K"];
    const compression = params.includes("-comp") ? [] : zstd;
    const args = [
      ...[resolve(request.root), resolve(target), "-noappend", "-no-recovery", "-progress", ...compression],
      ...["-wildcards", "-ef", "excludes", "-pf", "additions", ...params],
    ];
    const onOutput = progressOf(request.onProgress);
    const onWarnings = (text: string) => requireAll(request, text);
    const said = await run("mksquashfs", args, { cwd: stage, writes: target, onOutput, onWarnings });
    const kibibytes = /of uncompressed filesystem size \(([\d.]+) Kbytes\)/.exec(said)?.[1];
    return kibibytes === undefined ? undefined : Math.round(Number(kibibytes) * 1024);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * mksquashfs puts in an empty file, or none, where one cannot be read, and says that it went well. In a system that runs
 * a file may be gone meanwhile, which is no error.
 */
const unread =
  /^(?:Failed to read (?:file|symlink)|Could not open|Cannot stat dir\/file) (?!.*No such file or directory).*$/gm;

function requireAll({ root, source }: SquashfsRequest, warnings: string): void {
  const lines = (warnings.match(unread) ?? []).map((line) => line.replaceAll(join(root, "/"), ""));
  if (lines.length === 0) return;
  throw new Failure(
    "invalid",
    source,
    `${lines.length === 1 ? "a file" : `${lines.length} files`} of it cannot be read, so there would be less in the image: ${lines.slice(0, 5).join("; ")}`,
    "Is its disk damaged? See the kernel's messages (dmesg), and check the file system (fsck), or take these files out with ADD_IMAGE_EXCLUDES.",
  );
}

/**
 * What goes in beside the root's own files. A pseudo definition of type "l" takes a file from elsewhere, with
 * that file's owner and mode; the "f" that is better known would have mksquashfs run a shell. mksquashfs is
 * started in the stage, so that no path of the admin's has to be quoted.
 */
function fillStage({ root, stage, binary, rewritten, excludes }: SquashfsRequest): void {
  mkdirSync(stage, { mode: 0o700 });
  copyFileSync(binary, join(stage, "ltsp"), constants.COPYFILE_FICLONE);
  giveTo(join(stage, "ltsp"), { mode: 0o755, uid: 0, gid: 0 });
  const additions = [["usr/bin/ltsp", "ltsp"]];
  for (const [index, { path, text }] of rewritten.entries()) {
    const file = join(stage, String(index));
    writeFileSync(file, text, { encoding: "latin1", mode: 0o600 });
    giveTo(file, statSync(join(root, path), { throwIfNoEntry: false }) ?? { mode: 0o444, uid: 0, gid: 0 });
    additions.push([path, String(index)]);
  }
  writeFileSync(join(stage, "additions"), additions.map(([path, file]) => `${path} l ${file}\n`).join(""));
  // A file of the root that an addition is to replace has to be left out, or the addition is ignored.
  const replaced = additions.map(([path]) => path);
  writeFileSync(join(stage, "excludes"), [...excludes, ...replaced].map((path) => `${path}\n`).join(""));
}

function giveTo(file: string, { mode, uid, gid }: Pick<Stats, "mode" | "uid" | "gid">): void {
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
  chmodSync(file, mode & 0o7777);
}

/**
 * mksquashfs draws its bar as `[====-   ] 6500/15573  41%`, over and over; the total grows while it reads, so its
 * own figure may fall.
 */
function progressOf(onProgress: (percent: number) => void): (text: string) => void {
  let furthest = 0;
  return (text) => {
    furthest = Math.max(furthest, ...[...text.matchAll(/(\d+)%/g)].map(([, percent]) => Number(percent)));
    onProgress(furthest);
  };
}

/** Splits `--mksquashfs-params` at its spaces; '…' and "…" keep a word together. Fails on a quote that is left open. */
export function splitParams(text: string): string[] {
  const words = text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  if (text.replace(/'[^']*'|"[^"]*"/g, "").match(/['"]/)) {
    throw new Failure("usage", "--mksquashfs-params", `a quote is left open in: ${text}`, "Close it.");
  }
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
}
