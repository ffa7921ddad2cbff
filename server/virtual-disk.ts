import { once } from "node:events";
import { realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure } from "../conf/failure.ts";
import { type DiskFormat, diskFormats } from "./disk.ts";
import type { MountNamespace } from "./mount-namespace.ts";
import { backingOf } from "./qcow2.ts";
import { hasProgram } from "./run.ts";

const DAEMON = "qemu-storage-daemon";

/** What QEMU says where another QEMU has the disk open for writing. */
const LOCKED = /Failed to get .*lock/;

/**
 * Makes a virtual machine's disk readable as a raw one: as `file`, which is there in the mount namespace only, and until
 * that is closed. Fails with "unsupported" where QEMU is not installed, "busy" where a virtual machine has the disk,
 * "invalid" or "missing" for what it is laid over.
 *
 * By QEMU's storage daemon and FUSE, and not by qemu-nbd: that needs the kernel's nbd module, which containers and many
 * kernels lack, and takes a device that all of the system sees, and that stays if ltsp is killed.
 */
export async function exportRaw(
  mounts: MountNamespace,
  path: string,
  format: DiskFormat,
  file: string,
): Promise<void> {
  if (!hasProgram(DAEMON))
    throw new Failure(
      "unsupported",
      path,
      `it is in the format ${format}, and only raw disks can be read without QEMU`,
      `Install its ${DAEMON}: apt install qemu-system-common. Or convert the disk: ${conversion(path)}`,
    );
  // Links are followed first, since what a disk names is relative to the directory that it is really in.
  const disk = { ...blockDevice(realpathSync(path), format), "node-name": "disk" };
  writeFileSync(file, "");
  const child = mounts.spawn(DAEMON, [
    ...["--blockdev", JSON.stringify(disk)],
    ...["--export", JSON.stringify({ type: "fuse", id: "raw", "node-name": "disk", mountpoint: file })],
    // The monitor is of no other use than its greeting, which comes when all before it is in place.
    ...["--chardev", "stdio,id=monitor", "--monitor", "chardev=monitor"],
  ]);
  let said = "";
  child.stderr?.on("data", (piece) => {
    said += piece;
  });
  const ended = once(child, "close").then(() => true);
  const greeted = once(child.stdout ?? child, "data").then(() => false);
  if (await Promise.race([ended, greeted])) throw refused(path, format, said);
}

interface BlockDevice {
  driver: string;
  "read-only": true;
  file: { driver: "file"; filename: string; "read-only": true };
  backing?: BlockDevice | null;
}

/**
 * How QEMU is to open a disk. Its format is never left to QEMU's guess, since in a raw disk a guest can write the header
 * of any other, which names a file of this server as what it is laid over.
 */
function blockDevice(path: string, format: string, above: readonly string[] = []): BlockDevice {
  const device: BlockDevice = {
    driver: format,
    "read-only": true,
    file: { driver: "file", filename: path, "read-only": true },
  };
  return format === "qcow2" ? { ...device, backing: backingDevice(path, [...above, path]) } : device;
}

/** What a qcow2 disk is laid over: linked clones and snapshots are made so. `chain`: the disks above it. */
function backingDevice(path: string, chain: readonly string[]): BlockDevice | null {
  const backing = backingOf(path);
  if (backing === undefined) return null;
  const { name, format } = backing;
  const below = resolve(dirname(path), name);
  if (chain.includes(below) || !statSync(below, { throwIfNoEntry: false })?.isFile())
    throw new Failure(
      "missing",
      path,
      `it has only the changes to another disk, ${name}, and that is no file here`,
      "Put that disk in its place.",
    );
  if (format === undefined || !["raw", ...diskFormats].includes(format))
    throw new Failure(
      "invalid",
      path,
      `it has only the changes to another disk, ${name}, and does not say in what format that is`,
      `Write it into it: qemu-img rebase -u -F FORMAT -b ${name} ${path}`,
    );
  return blockDevice(below, format, chain);
}

function refused(path: string, format: DiskFormat, said: string): Failure {
  if (LOCKED.test(said))
    return new Failure(
      "busy",
      path,
      "a virtual machine that is on is using this disk",
      "Switch it off, and run the same command again.",
    );
  // Before it stands the whole argument.
  const why = said.trim().replace(/^qemu-storage-daemon: (--\w+ \{.*\}: )?/, "");
  return new Failure(
    "unsupported",
    path,
    `QEMU cannot read this ${format} disk: ${why}`,
    `If it is whole, convert it: ${conversion(path)}`,
  );
}

const conversion = (path: string) =>
  `qemu-img convert -O raw ${path} ${path.replace(/(\.\w+)?$/, ".img")} (package qemu-utils)`;
