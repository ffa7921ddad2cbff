/** Where a partition is on a disk, in bytes: multiples of 512. */
export interface Partition {
  start: number;
  size: number;
  /** 0x83, Linux, unless told. */
  type?: number;
}

/** The first sector of a disk with up to four partitions: the table of MBR disks. */
export function mbr(partitions: readonly Partition[]): Buffer {
  const table = Buffer.alloc(512);
  for (const [index, { start, size, type }] of partitions.entries()) {
    const entry = 446 + 16 * index;
    table[entry + 4] = type ?? 0x83;
    table.writeUInt32LE(start / 512, entry + 8);
    table.writeUInt32LE(size / 512, entry + 12);
  }
  table.writeUInt16LE(0xaa55, 510);
  return table;
}
