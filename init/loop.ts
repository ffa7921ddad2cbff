import { closeSync, openSync } from "node:fs";
import { loadModules } from "./modules.ts";
import { limitReadAhead, readTablesAhead } from "./read-ahead.ts";
import { ioctl, SystemCallError } from "./syscalls.ts";

// ioctls and flags of linux/loop.h.
const LOOP_CTL_GET_FREE = 0x4c82;
const LOOP_CONFIGURE = 0x4c0a;
const LO_FLAGS_READ_ONLY = 1;
const LO_FLAGS_AUTOCLEAR = 4;
const LO_FLAGS_PARTSCAN = 8;

/** struct loop_config: fd, block_size, struct loop_info64 (232 bytes, its lo_flags at 52), 64 bytes reserved. */
const CONFIG_SIZE = 4 + 4 + 232 + 64;
const FLAGS_AT = 4 + 4 + 52;

/**
 * Calls `use` with a read-only loop device over a file ("/dev/loop0", its partition table read). The device
 * goes with its last user: `use` mounts it, or it is gone afterwards.
 */
export async function withLoop<T>(file: string, use: (device: string) => T | Promise<T>): Promise<T> {
  loadModules("loop");
  limitReadAhead(file);
  const backing = openSync(file, "r");
  try {
    readTablesAhead(backing, file);
    const { device, fd } = attach(backing);
    try {
      return await use(device);
    } finally {
      closeSync(fd);
    }
  } finally {
    closeSync(backing);
  }
}

function attach(backing: number): { device: string; fd: number } {
  const control = openSync("/dev/loop-control", "r+");
  try {
    for (;;) {
      const device = `/dev/loop${ioctl(control, "/dev/loop-control", LOOP_CTL_GET_FREE)}`;
      const config = new Uint8Array(CONFIG_SIZE);
      const view = new DataView(config.buffer);
      view.setUint32(0, backing, true);
      view.setUint32(FLAGS_AT, LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN, true);
      const fd = openSync(device, "r");
      try {
        ioctl(fd, device, LOOP_CONFIGURE, config);
        return { device, fd };
      } catch (error) {
        closeSync(fd);
        // Somebody else took this one first: ask for the next.
        if (!(error instanceof SystemCallError && error.code === "EBUSY")) throw error;
      }
    }
  } finally {
    closeSync(control);
  }
}
