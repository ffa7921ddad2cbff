import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { errnoOf, Failure } from "../conf/failure.ts";
import { flush } from "./files.ts";
import { orNoSpace } from "./space.ts";

/** Whose an ltsp.conf is, and who may read and change it. */
export interface Ownership {
  uid: number;
  gid: number;
  mode: number;
}

/** An ltsp.conf as it stands on the disk, in bytes: editing must not change what is no UTF-8. */
export interface ConfFile extends Ownership {
  content: Buffer;
}

/** The kernel follows no more either (path_resolution(7)). */
const mostLinks = 40;

/** A new file's: administrators change it without being root, and nobody else reads the passwords in it. */
export function newOwnership(groups = "/etc/group"): Ownership {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const sudo = existsSync(groups) ? /^sudo:[^:]*:(\d+):/m.exec(readFileSync(groups, "utf8"))?.[1] : undefined;
  return { uid, gid: isRoot() && sudo !== undefined ? Number(sudo) : gid, mode: 0o660 };
}

/** The file at a path, undefined if there is none. */
export function readIfThere(path: string): ConfFile | undefined {
  try {
    const { uid, gid, mode } = statSync(path);
    return { content: readFileSync(path), uid, gid, mode: mode & 0o7777 };
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    const remedy = isRoot() ? undefined : asRoot;
    throw new Failure("system", path, `it cannot be read (${errnoOf(error)})`, remedy, { cause: error });
  }
}

/** What is there itself, be it a link to nowhere; undefined if nothing is, or none of it can be known. */
export function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** What a path leads to through symbolic links, whether that is there or not. */
export function linkTarget(path: string, links = 0): string {
  if (existsSync(path)) return realpathSync(path);
  if (!entryAt(path)?.isSymbolicLink()) return path;
  if (links < mostLinks) return linkTarget(resolve(dirname(path), readlinkSync(path)), links + 1);
  throw new Failure("invalid", path, "this symbolic link leads in a circle", `Take it away: rm ${path}`);
}

/** Fails, and says how it would go, where this user may not make files. */
export function requireWritable(directory: string): void {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const remedy = isRoot() ? "Is its file system mounted read-only?" : asRoot;
    throw new Failure("system", directory, "no permission to write there", remedy, { cause: error });
  }
}

/** Writes a file that only this user can read, and that was not there before. */
export function writePrivate(path: string, content: Uint8Array | string): void {
  orNoSpace(path, () => writeFileSync(path, content, { mode: 0o600, flag: "wx", flush: true }));
}

/**
 * Puts a file beside `path` at `path`, with that ownership: in the place of what is there, or ("new") only if
 * nothing is, not even a link to nowhere.
 */
export function install(beside: string, path: string, { uid, gid, mode }: Ownership, isNew: boolean): void {
  chownSync(beside, uid, gid);
  chmodSync(beside, mode);
  flush(beside);
  if (isNew) {
    linkSync(beside, path);
    rmSync(beside);
  } else renameSync(beside, path);
}

const isRoot = () => process.getuid?.() === 0;
const asRoot = "Run ltsp as root: sudo ltsp …";
