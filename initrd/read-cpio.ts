import type { CpioEntry } from "./cpio.ts";

/** The start of each entry: "newc", and the same with checksums. */
const magics = ["070701", "070702"];

/** Whether an archive starts here. */
export function isCpio(data: Buffer, at = 0): boolean {
  return magics.includes(data.toString("latin1", at, at + 6));
}

/**
 * The files, directories and links of the archive that starts at `from` (see `cpio`), and where it ends. A name is as it
 * stands there, without "./". Undefined where the archive is cut off. Of hard links only the one with the bytes is given.
 */
export function readCpio(data: Buffer, from = 0): { entries: CpioEntry[]; end: number } | undefined {
  const entries: CpioEntry[] = [];
  for (let at = from; isCpio(data, at); ) {
    const field = (index: number) =>
      Number.parseInt(data.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, links, size, nameSize] = [field(1), field(4), field(6), field(11)];
    // Name and content each end at a multiple of 4 from the archive's start.
    const aligned = (position: number) => from + Math.ceil((position - from) / 4) * 4;
    const start = aligned(at + 110 + nameSize);
    if (!(start + size <= data.length)) return undefined;
    const path = data.toString("utf8", at + 110, at + 110 + nameSize - 1).replace(/^(\.?\/)+/, "");
    const content = data.subarray(start, start + size);
    at = aligned(start + size);
    if (path === "TRAILER!!!") return { entries, end: at };
    const entry = entryOf(path, mode, content, links);
    if (entry !== undefined) entries.push(entry);
  }
  return undefined;
}

function entryOf(path: string, mode: number, content: Buffer, links: number): CpioEntry | undefined {
  switch (mode & 0o170000) {
    case 0o100000:
      return links > 1 && content.length === 0
        ? undefined
        : { type: "file", path, mode: mode & 0o7777, data: content };
    case 0o040000:
      return { type: "directory", path, mode: mode & 0o7777 };
    case 0o120000:
      return { type: "symlink", path, target: content.toString("utf8") };
    default:
      return undefined; // devices: devtmpfs brings them
  }
}
