import { closeSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { errnoOf, Failure } from "../conf/failure.ts";
import { mebibytes } from "./filesystem.ts";
import { memoryAvailable } from "./kernel.ts";
import type { Report } from "./report.ts";
import { detach, MS_NODEV, MS_NOSUID, mount } from "./syscalls.ts";

/** What the system needs beside an image in RAM to be of any use, in bytes. */
const REST = 256 * 2 ** 20;

/** Is told the share that is done, 0 to 1. */
export type Progress = (share: number) => void;

/** A file in RAM. */
export interface RamFile {
  file: string;
  size: number;
}

/** Says each tenth of what takes a while, on the console even of a quiet boot: somebody waits in front of it. */
export function tenths(say: Report["say"], name: string): Progress {
  let next = 1;
  return (share) => {
    if (share * 10 < next) return;
    next = Math.floor(share * 10) + 1;
    say("waiting", `root: ${name}: ${(next - 1) * 10} % is in RAM`);
  };
}

/** Failure, with `remedy`, unless so much fits into the RAM that is there, beside the system. */
export function needRoom(name: string, size: number, remedy: string, available = memoryAvailable()): void {
  if (size + REST <= available) return;
  const free = `${mebibytes(available)} are free, of which the system needs ${mebibytes(REST)}`;
  throw new Failure(
    "no-space",
    name,
    `its ${mebibytes(size)} do not fit into this client's RAM: ${free}`,
    remedy,
  );
}

/** An image in RAM: a tmpfs of its size at `directory`, with a file that `fill` writes. */
export async function inRam(
  name: string,
  size: number,
  directory: string,
  remedy: string,
  fill: (fd: number) => Promise<void> | void,
): Promise<RamFile> {
  needRoom(name, size, remedy);
  mkdirSync(directory, { recursive: true });
  mount("ram", directory, "tmpfs", MS_NOSUID | MS_NODEV, `mode=0700,size=${size + 4096}`);
  const file = `${directory}/image`;
  try {
    const fd = openSync(file, "wx", 0o400);
    try {
      await fill(fd);
    } finally {
      closeSync(fd);
    }
    return { file, size };
  } catch (error) {
    detach(directory); // the half of it that is there would take the RAM of the next try
    throw error;
  }
}

/** So much is read at a time: large enough for a server and a network to do their best. */
const PIECE = 2 ** 20;

/** Copies the first `size` bytes of a file or block device; `name` is what messages call it. */
export function copyInto(fd: number, source: string, name: string, size: number, progress: Progress): void {
  const from = openSync(source, "r");
  const piece = Buffer.allocUnsafe(Math.min(PIECE, size));
  try {
    for (let at = 0; at < size; progress(at / size)) {
      const got = readPiece(from, piece, Math.min(piece.length, size - at), at, name);
      for (let written = 0; written < got; ) written += writeSync(fd, piece, written, got - written);
      at += got;
    }
  } finally {
    closeSync(from);
  }
}

function readPiece(fd: number, piece: Buffer, length: number, at: number, name: string): number {
  let got = 0;
  let why = "it ends there";
  try {
    got = readSync(fd, piece, 0, length, at);
  } catch (cause) {
    why = errnoOf(cause) ?? String(cause);
  }
  if (got > 0) return got;
  throw new Failure(
    "system",
    name,
    `it cannot be read from ${mebibytes(at)} on (${why})`,
    "Look at the log of the server that it comes from, and at the health of the disk that it is on.",
  );
}
