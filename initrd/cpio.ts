/** One thing in an archive. `mode` holds the permission bits only; the type is the type's. */
export type CpioEntry =
  | { type: "file"; path: string; mode: number; data: Uint8Array }
  | { type: "directory"; path: string; mode: number }
  | { type: "symlink"; path: string; target: string };

const types = { file: 0o100000, directory: 0o040000, symlink: 0o120000 };

/** A regular file for an archive; 0644 unless told. */
export function file(path: string, data: Uint8Array | string, mode = 0o644): CpioEntry {
  return { type: "file", path, mode, data: typeof data === "string" ? Buffer.from(data) : data };
}

/**
 * An initramfs archive in the "newc" format (Documentation/driver-api/early-userspace/buffer-format.rst of the
 * kernel): everything owned by root, times 0, sorted, inode numbers counted, so equal input gives equal bytes.
 * Directories above an entry are added (0755); the end is padded with zeros to a multiple of 512.
 */
export function cpio(entries: Iterable<CpioEntry>): Buffer {
  const parts: Buffer[] = [];
  let inode = 0;
  for (const entry of inOrder(entries)) parts.push(...record(entry, ++inode));
  parts.push(...record({ type: "file", path: "TRAILER!!!", mode: 0, data: new Uint8Array() }, 0));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat(parts, Math.ceil(length / 512) * 512);
}

/** Sorted by path, which puts a directory before what it holds: the kernel makes no directory by itself. */
function inOrder(entries: Iterable<CpioEntry>): CpioEntry[] {
  const byPath = new Map<string, CpioEntry>();
  for (const entry of entries) {
    const parents = entry.path.split("/").slice(0, -1);
    for (let depth = 1; depth <= parents.length; depth++) {
      const path = parents.slice(0, depth).join("/");
      if (!byPath.has(path)) byPath.set(path, { type: "directory", path, mode: 0o755 });
    }
    byPath.set(entry.path, entry);
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function record(entry: CpioEntry, inode: number): Buffer[] {
  const data = content(entry);
  const name = Buffer.from(`${entry.path}\0`);
  const mode =
    entry.path === "TRAILER!!!" ? 0 : types[entry.type] | (entry.type === "symlink" ? 0o777 : entry.mode);
  const links = entry.type === "directory" ? 2 : 1;
  const fields = [inode, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return [...padded(Buffer.concat([Buffer.from(header), name])), ...padded(data)];
}

function content(entry: CpioEntry): Buffer {
  if (entry.type === "directory") return Buffer.alloc(0);
  if (entry.type === "symlink") return Buffer.from(entry.target);
  return Buffer.from(entry.data.buffer, entry.data.byteOffset, entry.data.byteLength);
}

function padded(data: Buffer): Buffer[] {
  return data.length % 4 === 0 ? [data] : [data, Buffer.alloc(4 - (data.length % 4))];
}
