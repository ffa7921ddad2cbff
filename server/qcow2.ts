import { headOf } from "./files.ts";

/** The disk that a qcow2 file has only the changes of, as its header says. */
export interface Backing {
  /** As it was written: relative to the file's own directory, if not absolute. */
  name: string;
  /** Its format, as QEMU names it; undefined where the header leaves that to guessing. */
  format: string | undefined;
}

/** The type of the header's extension that has the backing file's format; 0 ends them. */
const BACKING_FORMAT = 0xe2792aca;

/** Version 2 has no field for how long the header is. */
const HEADER_2 = 72;

/** What a qcow2 file is laid over; undefined if it holds all of its disk. See QEMU's docs/interop/qcow2.txt. */
export function backingOf(path: string): Backing | undefined {
  // All that is read here is in the first cluster, and QEMU writes it at that one's start.
  const head = headOf(path, 2 ** 16);
  if (head.length < HEADER_2) return undefined;
  const start = Number(head.readBigUInt64BE(8));
  if (start === 0) return undefined;
  const name = head.subarray(start, start + head.readUInt32BE(16)).toString();
  return { name, format: backingFormat(head) };
}

function backingFormat(head: Buffer): string | undefined {
  let at = head.readUInt32BE(4) === 2 ? HEADER_2 : head.readUInt32BE(100);
  while (at + 8 <= head.length) {
    const [type, length] = [head.readUInt32BE(at), head.readUInt32BE(at + 4)];
    if (type === BACKING_FORMAT) return head.subarray(at + 8, at + 8 + length).toString();
    if (type === 0) return undefined;
    // Each is filled up to a multiple of 8.
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return undefined;
}
