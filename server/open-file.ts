/** A file that somebody has open, as the kernel tells it. */
export interface OpenFile {
  /** As stat(2) gives both. */
  device: bigint;
  inode: bigint;
  /** Its path, or the end of it, where it is told: of a file on btrfs the kernel may name another device than stat does. */
  path?: string | undefined;
  /** Who has it open, in words. */
  user: string;
}

/** A device's number as stat(2) gives it (makedev(3)), from "major:minor". */
export function deviceNumber(text: string, radix: 10 | 16): bigint {
  const [major = 0, minor = 0] = text.split(":").map((part) => Number.parseInt(part, radix));
  return BigInt((minor & 0xff) + major * 0x100 + (minor >>> 8) * 0x100000);
}
