import { closeSync, existsSync, openSync } from "node:fs";
import { ioctl } from "./syscalls.ts";

const CONTROL = "/dev/mapper/control";

// ioctls and flags of linux/dm-ioctl.h.
const DM_DEV_CREATE = 0xc138fd03;
const DM_DEV_REMOVE = 0xc138fd04;
const DM_DEV_SUSPEND = 0xc138fd06;
const DM_TABLE_LOAD = 0xc138fd09;
const DM_TABLE_STATUS = 0xc138fd0c;
const DM_READONLY_FLAG = 1;
const DM_DEFERRED_REMOVE = 1 << 17;

/** struct dm_ioctl: where its fields are, and its size. */
const AT = { size: 12, start: 16, targets: 20, flags: 28, dev: 40, name: 48 };
const HEADER = 312;

/** struct dm_target_spec: from which sector on, how many, 8 bytes that are 0 here, 16 bytes of type. */
const SPEC = 40;
const SPEC_AT = { length: 8, type: 24 };

/** What a device is made of: one target, over all of it. */
export interface Target {
  /** "verity" */
  type: string;
  /** Of 512 bytes. */
  sectors: number;
  /** Its parameters, as in the kernel's Documentation/admin-guide/device-mapper. */
  params: string;
}

/** A struct dm_ioctl of version 4.0, with a target behind it, or with `room` bytes for an answer. */
export function request(name: string, flags = 0, target?: Target, room = 0): Uint8Array<ArrayBuffer> {
  const size = HEADER + (target === undefined ? room : SPEC + Math.ceil((target.params.length + 1) / 8) * 8);
  const data = new Uint8Array(size);
  const view = new DataView(data.buffer);
  const text = (at: number, value: string) => data.set(new TextEncoder().encode(value), at);
  view.setUint32(0, 4, true);
  view.setUint32(AT.size, size, true);
  view.setUint32(AT.start, HEADER, true);
  view.setUint32(AT.flags, flags, true);
  text(AT.name, name);
  if (target === undefined) return data;
  view.setUint32(AT.targets, 1, true);
  view.setBigUint64(HEADER + SPEC_AT.length, BigInt(target.sectors), true);
  text(HEADER + SPEC_AT.type, target.type);
  text(HEADER + SPEC, target.params);
  return data;
}

/** Makes a read-only device of that name, and returns its node: "/dev/dm-0". */
export function createDevice(name: string, target: Target): string {
  tell(DM_DEV_CREATE, request(name));
  try {
    tell(DM_TABLE_LOAD, request(name, DM_READONLY_FLAG, target));
    // Without DM_SUSPEND_FLAG this resumes: the table becomes live, and devtmpfs has the node.
    return `/dev/dm-${minorOf(tell(DM_DEV_SUSPEND, request(name)))}`;
  } catch (error) {
    tell(DM_DEV_REMOVE, request(name));
    throw error;
  }
}

/** Lets a device go with its last user: at once if it has none. */
export function removeWhenUnused(name: string): void {
  tell(DM_DEV_REMOVE, request(name, DM_DEFERRED_REMOVE));
}

/** What a device's target says of itself; undefined if there is no device mapper here. */
export function statusOf(name: string): string | undefined {
  if (!existsSync(CONTROL)) return undefined;
  const data = tell(DM_TABLE_STATUS, request(name, 0, undefined, 256));
  const status = data.subarray(HEADER + SPEC);
  return new TextDecoder().decode(status.subarray(0, status.indexOf(0)));
}

function tell(what: number, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const control = openSync(CONTROL, "r+");
  try {
    ioctl(control, CONTROL, what, data);
    return data;
  } finally {
    closeSync(control);
  }
}

/** The minor number in a dev_t as the kernel writes it (linux/kdev_t.h). */
function minorOf(data: Uint8Array<ArrayBuffer>): number {
  const dev = new DataView(data.buffer).getUint32(AT.dev, true);
  return (dev & 0xff) | ((dev >>> 12) & 0xfff00);
}
