import {
  closeSync,
  type Dirent,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { errnoOf, Failure } from "../conf/failure.ts";
import { orNoSpace } from "./space.ts";

/** The name beside `target` under which this process writes it: hidden, so that no server or menu offers it. */
export function beside(target: string): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
}

/** Puts what stands in `beside(target)` in its place, with its bytes on the disk first. */
export function putInPlace(target: string): void {
  const temporary = beside(target);
  orNoSpace(target, () => {
    flush(temporary);
    renameSync(temporary, target);
  });
}

/** Waits until a file's bytes are on the disk. */
export function flush(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes a whole file beside its target and renames it: nobody sees half of it, and a failure leaves the old one. */
export function writeFile(target: string, content: string | Uint8Array, mode: number): void {
  const temporary = beside(target);
  try {
    orNoSpace(target, () => writeFileSync(temporary, content, { mode, flush: true }));
    putInPlace(target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Makes a directory and those above it; fails with what stands in the way. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const why =
      errnoOf(error) === "EACCES" ? "no permission to make it" : `cannot be made (${errnoOf(error)})`;
    const remedy =
      process.getuid?.() === 0
        ? "Choose another place with --base-dir or --tftp-dir."
        : "Run ltsp as root: sudo ltsp …";
    throw new Failure("system", path, why, remedy, { cause: error });
  }
}

/** Runs `use` with a new empty directory that is gone afterwards, whatever happens. */
export async function withTemporaryDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What is in a directory, by name; nothing if there is no such directory. */
export function entriesIn(directory: string): Dirent[] {
  const isThere = statSync(directory, { throwIfNoEntry: false })?.isDirectory();
  return isThere ? readdirSync(directory, { withFileTypes: true }) : [];
}

/** The names in a directory, none if there is no such directory. */
export function namesIn(directory: string): string[] {
  return entriesIn(directory).map(({ name }) => name);
}

/** Are these two names of one file? Not where one of them is not there. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
}

/** The first bytes of a file, at most so many. */
export function headOf(path: string, bytes: number): Buffer {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(bytes);
    return head.subarray(0, readSync(file, head, 0, bytes, 0));
  } finally {
    closeSync(file);
  }
}

/** The process that a name beside `target` is of, as `beside` makes them; undefined for any other name. */
export function ownerOf(name: string, target: string): number | undefined {
  const start = `.${basename(target)}.`;
  const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
  return pid === undefined ? undefined : Number(pid);
}

/** Removes what killed runs left beside `targets`. Only for the holder of the image's lock: nobody else writes there. */
export function removeLeftovers(...targets: string[]): void {
  for (const target of targets) {
    for (const name of readdirSync(dirname(target))) {
      if (ownerOf(name, target) !== undefined)
        rmSync(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}
