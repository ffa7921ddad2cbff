import { cpio, file } from "./cpio.ts";

/** How dm-verity checks an image, as `veritysetup format` made its hash tree: sha256, blocks of 4096 bytes. */
export interface Verity {
  /** Hex: the one hash that vouches for every byte of the image. */
  rootHash: string;
  /** Hex. */
  salt: string;
  /** How many blocks the squashfs has. */
  dataBlocks: number;
  /** The block of the same file at which the hash tree starts, behind its superblock. */
  hashStart: number;
}

/** What a client knows, from its boot files, of the image that belongs to them. */
export interface BootImage {
  /** The image's name. */
  name: string;
  /** The version of the image. */
  version: string;
  /** Bytes of root.img, its hash tree included. */
  size: number;
  /** Undefined: made with --verity=0. */
  verity?: Verity;
}

/** Where in the initramfs it stands, as JSON: modules.img brings it. */
export const BOOT_IMAGE = "image.json";

/** What modules.img starts with: an archive of its own, not compressed, since it changes with every version. */
export function bootImageArchive(image: BootImage): Buffer {
  return cpio([file(BOOT_IMAGE, `${JSON.stringify(image)}\n`)]);
}
