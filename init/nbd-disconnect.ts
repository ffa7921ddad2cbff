import { tellNbd } from "./nbd.ts";

// linux/nbd-netlink.h
const NBD_CMD_DISCONNECT = 2;
const NBD_ATTR_INDEX = 1;

/** Lets go of the server behind an NBD device ("/dev/nbd0"), which nobody uses any more. */
export function disconnectNbd(device: string): void {
  const index = Number(device.slice("/dev/nbd".length));
  tellNbd(NBD_CMD_DISCONNECT, [{ type: NBD_ATTR_INDEX, u32: index }]);
}
