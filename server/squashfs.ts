import { chmodSync, chownSync, constants, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "../conf/failure.ts";
import { run } from "./run.ts";
import { orNoSpace } from "./space.ts";

interface SquashfsRequest {
  /** The root to pack; it is only read. */
  root: string;
  /** The file to write; a file of that name is replaced. */
  target: string;
  /** A directory to make for the time being, on a file system with room for the binary. */
  stage: string;
  excludes: string[];
  /** Our binary, which goes in as /usr/bin/ltsp. */
  binary: string;
  /** The admin's own options to mksquashfs, as one text. */
  params: string;
  onProgress: (percent: number) => void;
}

/**
 * zstd level 3 packs Debian 12 (730 MB) in 3 s to 230 MB on two cores; level 6 needs 6.6 s for 217 MB, 9 12.6 s
 * for 214 MB, 15 95 s for 204 MB. Blocks of 1 MB would save 8 %, but a client would read 1 MB for any small file.
 */
const defaultCompression = ["-comp", "zstd", "-Xcompression-level", "3", "-b", "128K"];

/** Makes a squashfs of a root with mksquashfs. */
export async function makeSquashfs(request: SquashfsRequest): Promise<void> {
  const { stage, target } = request;
  const params = splitParams(request.params);
  try {
    orNoSpace(stage, () => fillStage(request));
    rmSync(target, { force: true });
    const compression = params.includes("-comp") ? [] : defaultCompression;
    const args = [
      ...[resolve(request.root), resolve(target), "-noappend", "-no-recovery", "-progress", ...compression],
      ...["-wildcards", "-ef", "excludes", "-pf", "additions", ...params],
    ];
    await run("mksquashfs", args, { cwd: stage, writes: target, onOutput: progressOf(request.onProgress) });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * What goes in beside the root's own files. A pseudo definition of type "l" takes a file from elsewhere, with
 * that file's owner and mode; the "f" that is better known would have mksquashfs run a shell. mksquashfs is
 * started in the stage, so that no path of the admin's has to be quoted.
 */
function fillStage({ stage, binary, excludes }: SquashfsRequest): void {
  mkdirSync(stage, { mode: 0o700 });
  copyFileSync(binary, join(stage, "ltsp"), constants.COPYFILE_FICLONE);
  // Empty and not missing: systemd then makes an id at boot without taking it for the machine's first boot (machine-id(5)).
  writeFileSync(join(stage, "machine-id"), "");
  for (const [name, mode] of [["ltsp", 0o755] as const, ["machine-id", 0o444] as const]) {
    chmodSync(join(stage, name), mode);
    if (process.getuid?.() === 0) chownSync(join(stage, name), 0, 0);
  }
  writeFileSync(join(stage, "additions"), "usr/bin/ltsp l ltsp\netc/machine-id l machine-id\n");
  // A file of the root that an addition is to replace has to be left out, or the addition is ignored.
  writeFileSync(
    join(stage, "excludes"),
    [...excludes, "usr/bin/ltsp", "etc/machine-id"].map((path) => `${path}\n`).join(""),
  );
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
