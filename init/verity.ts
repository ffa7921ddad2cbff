import { closeSync, openSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import type { BootImage, Verity } from "../initrd/boot-image.ts";
import { busybox } from "./busybox.ts";
import { createDevice, removeWhenUnused, statusOf } from "./device-mapper.ts";
import { readBytes, requireSize, sizeOf } from "./filesystem.ts";
import { loadModules } from "./modules.ts";
import { SystemCallError } from "./syscalls.ts";

/** An image that is checked, block by block, as it is read. */
export interface CheckedImage extends BootImage {
  verity: Verity;
  /** What messages call it. */
  on: string;
}

/** The device mapper's name of the one device here. */
const NAME = "ltsp-image";

const BLOCK = 4096;

/** In the superblock before the hash tree (cryptsetup's on-disk format of dm-verity): its start, and the salt. */
const MAGIC = Buffer.from("verity\0\0");
const SALT_AT = 88;

/**
 * Fails where an image (a file or a block device, `on` in messages) cannot be the one that the boot files are of: it is
 * shorter, or its hash tree has another salt, as that of any other version has. What else is wrong with it shows when
 * it is read.
 */
export function requireVersion(path: string, { name, version, size, verity }: BootImage, on: string): void {
  requireSize(on, sizeOf(path), size);
  if (verity === undefined) return;
  const fd = openSync(path, "r");
  let superblock: Buffer;
  try {
    superblock = Buffer.from(readBytes(fd, on, 512, (verity.hashStart - 1) * BLOCK));
  } finally {
    closeSync(fd);
  }
  const salt = Buffer.from(verity.salt, "hex");
  const isSame = superblock.indexOf(MAGIC) === 0 && superblock.indexOf(salt, SALT_AT) === SALT_AT;
  if (isSame) return;
  throw new Failure(
    "invalid",
    on,
    `it is not the version ${version} of ${name} that this client's boot files are of`,
    `If it has just been replaced, start again. On the server: ltsp image --check ${name}`,
  );
}

/**
 * Calls `use` with a device ("/dev/dm-0") in which every block of `device` is compared with the hash tree whenever
 * it is read: one that was changed is an I/O error. It goes with its last user: `use` mounts it, or it is gone
 * afterwards.
 */
export async function withVerity<T>(
  device: string,
  image: CheckedImage,
  use: (device: string) => T | Promise<T>,
): Promise<T> {
  loadModules("dm-verity");
  const checked = mapped(device, image);
  try {
    return await orDamaged(image, () => use(checked));
  } finally {
    removeWhenUnused(NAME);
  }
}

function mapped(device: string, image: CheckedImage): string {
  try {
    return createDevice(NAME, verityTarget(device, image.verity));
  } catch (cause) {
    if (!(cause instanceof SystemCallError)) throw cause;
    throw new Failure(
      "system",
      image.on,
      `the kernel cannot check it with dm-verity (${cause.code})`,
      `See the kernel's own messages above. On the server, to do without: ltsp image --verity=0 ${image.name}`,
      { cause },
    );
  }
}

/** dm-verity's parameters (Documentation/admin-guide/device-mapper/verity.rst): format 1, data and hashes on one device. */
export function verityTarget(device: string, { rootHash, salt, dataBlocks, hashStart }: Verity) {
  const blocks = `${BLOCK} ${BLOCK} ${dataBlocks} ${hashStart}`;
  return {
    type: "verity",
    sectors: (dataBlocks * BLOCK) / 512,
    params: `1 ${device} ${device} ${blocks} sha256 ${rootHash} ${salt || "-"}`,
  };
}

/**
 * Does what reads from an image, if that is checked. Whatever came of it: a block that was found changed is the
 * reason to give, since what was read of it is missing somewhere.
 */
export async function orDamaged<T>(image: CheckedImage | undefined, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    // "V" while all that was read was right, "C" from the first block on that was not.
    if (image !== undefined && statusOf(NAME)?.startsWith("C")) throwDamaged(image);
  }
}

function throwDamaged({ on, name, version }: CheckedImage): never {
  throw new Failure(
    "invalid",
    on,
    `the image is damaged: ${changedBlock(kernelLines())} is not what version ${version} has there`,
    `On the server: ltsp image --check ${name}`,
  );
}

/** What dm-verity has said. Found by grep: of an output of many pages, Bun 1.3 loses some of the end now and then. */
function kernelLines(): string {
  return busybox("sh", "-c", "dmesg | grep 'device-mapper: verity'").output;
}

/** The first block that the kernel has found changed: "block 5", or "block 5, of the hash tree,". */
export function changedBlock(dmesg: string): string {
  const [, kind, block] =
    /device-mapper: verity: \S+ (data|metadata) block (\d+) is corrupted/.exec(dmesg) ?? [];
  if (block === undefined) return "a block";
  return kind === "data" ? `block ${block}` : `block ${block}, of the hash tree,`;
}
