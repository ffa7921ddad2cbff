import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootImageArchive } from "../../initrd/boot-image.ts";
import type { Lan } from "../../qemu/lan.ts";
import { binary } from "../../qemu/paths.ts";
import { addHashTree } from "../../server/verity.ts";

const MIB = 2 ** 20;

/** An image with a hash tree, as the LAN's server has it. */
export interface TreeImage {
  name: string;
  /** What its boot files are made from: the name of an image that is there already. */
  like: string;
  /** Changes one byte of it, after the tree was made: of the squashfs' superblock, or of /planted. */
  changed?: "superblock" | "planted";
  /** Bytes that are missing at its end. */
  cut?: number;
}

/**
 * Makes an image like another, with a file /planted in it, a hash tree behind it, and what clients must know of that
 * in front of its modules.img.
 */
export async function addImage(lan: Lan, { name, like, changed, cut = 0 }: TreeImage): Promise<void> {
  const [image, bootDir] = [join(lan.base, "images", `${name}.img`), join(lan.tftp, "ltsp", name)];
  const source = join(lan.base, "images", `${like}.img`);
  must("cp", source, image);
  const planted = plant(image);
  const verity = await addHashTree(image);
  const modules = readFileSync(join(lan.tftp, "ltsp", like, "modules.img"));
  must("cp", "--archive", "--link", join(lan.tftp, "ltsp", like), bootDir);
  rmSync(join(bootDir, "modules.img"));
  const archive = bootImageArchive({ name, version: "1", size: statSync(image).size, verity });
  writeFileSync(join(bootDir, "modules.img"), Buffer.concat([archive, modules]));
  const data = readFileSync(image);
  // Of the superblock it is the time that the squashfs was made at, which no reader of it needs.
  const at = changed === "superblock" ? 8 : data.indexOf(planted) + MIB / 2;
  if (changed !== undefined) data.writeUInt8(data.readUInt8(at) ^ 1, at);
  writeFileSync(image, data.subarray(0, data.length - cut));
  await lan.namespace.run([binary, "--conf", `${lan.dir}/ltsp.conf`, "ipxe"]);
}

/** Adds a file of 1 MiB that does not get smaller; what it starts with. */
function plant(image: string): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), "ltsp-planted-"));
  try {
    const data = randomBytes(MIB);
    writeFileSync(join(scratch, "planted"), data);
    must("mksquashfs", scratch, image, "-no-progress", "-quiet", "-no-recovery");
    return data.subarray(0, 4096);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function must(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
