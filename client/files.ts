import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** The text of a file, "" if there is none. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Where a symlink points to, as it is written in it; undefined if there is none. */
export function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

/** The names in a directory, none if there is no such directory. */
export function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * Writes a file of the new root and the directories above it. What stood there goes first: a symlink
 * (/etc/resolv.conf to /run/…) is replaced and not followed out of the new root, and of a file overlayfs need not
 * copy what nobody will read. Without a mode, the new one has that of the old one.
 */
export function writeText(file: string, text: string, mode?: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const before = lstatSync(file, { throwIfNoEntry: false });
  if (before !== undefined) unlinkSync(file);
  writeFileSync(file, text, { mode: mode ?? (before?.isFile() ? before.mode & 0o7777 : 0o644) });
}

/** Makes a symlink, in the place of whatever stood there. */
export function link(target: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { recursive: true, force: true });
  symlinkSync(target, file);
}
