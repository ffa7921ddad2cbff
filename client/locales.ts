import { closeSync, lstatSync, openSync, readSync } from "node:fs";

const directory = "usr/lib/locale";

/** A locale's name as glibc stores it: de_DE.UTF-8 is de_DE.utf8. */
function stored(locale: string): string {
  return locale.replace(/\.([^@]*)/, (_, codeset: string) => {
    const letters = codeset.toLowerCase().replace(/[^a-z0-9]/g, "");
    return `.${/^\d+$/.test(letters) ? "iso" : ""}${letters}`;
  });
}

/** Has the image generated this locale? glibc itself has C and POSIX, and C.UTF-8 too since version 2.35. */
export function hasLocale(root: string, locale: string): boolean {
  const name = stored(locale);
  if (["C", "POSIX", "C.utf8"].includes(name)) return true;
  return (
    [name, locale].some((one) => lstatSync(`${root}/${directory}/${one}`, { throwIfNoEntry: false })) ||
    archived(`${root}/${directory}/locale-archive`).includes(name)
  );
}

/** The start of glibc's struct locarhead (locale/locarchive.h): 32-bit words in the machine's order. */
const head = { magic: 0xde020109, bytes: 56, stringOffset: 20, stringUsed: 24 };

/**
 * The names in a locale-archive. It has some MB, which would come over the network: this reads its head and its
 * table of names, some KB.
 */
function archived(file: string): string[] {
  let archive: number;
  try {
    archive = openSync(file, "r");
  } catch {
    return [];
  }
  try {
    const start = part(archive, 0, head.bytes);
    if (start.length < head.bytes || start.readUInt32LE(0) !== head.magic) return [];
    const names = part(archive, start.readUInt32LE(head.stringOffset), start.readUInt32LE(head.stringUsed));
    return names.toString("latin1").split("\0");
  } finally {
    closeSync(archive);
  }
}

function part(file: number, offset: number, length: number): Buffer {
  // All the world's locales together have 10 KB of names; more is no archive.
  const buffer = Buffer.alloc(Math.min(length, 1 << 20));
  return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, offset));
}
