import { closeSync, existsSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { loadModules } from "./modules.ts";
import { type Connection, type Export, handshake } from "./nbd-handshake.ts";
import { type Attribute, answers, message } from "./netlink.ts";
import { addressOf, reach } from "./reach.ts";
import {
  AF_INET,
  AF_NETLINK,
  connect,
  errnoName,
  NETLINK_GENERIC,
  receive,
  SOCK_RAW,
  SOCK_STREAM,
  send,
  setPatience,
  socket,
} from "./syscalls.ts";

// linux/genetlink.h: the family that knows the others' numbers.
const GENL_ID_CTRL = 16;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_ATTR_FAMILY_ID = 1;
const CTRL_ATTR_FAMILY_NAME = 2;

// linux/nbd-netlink.h
const NBD_CMD_CONNECT = 1;
const NBD_ATTR = { index: 1, size: 2, blockSize: 3, timeout: 4, serverFlags: 5, sockets: 7, deadTimeout: 8 };
const NBD_SOCK_ITEM = 1;
const NBD_SOCK_FD = 1;

/** Seconds until an answer to the handshake is overdue. */
const PATIENCE = 10;
/** Seconds that the kernel waits for an answer to a read before it says so, and for a lost connection. */
const READ_TIMEOUT = 60n;
const DEAD_TIMEOUT = 600n;

/** Exactly `length` bytes of a TCP socket. */
function readExactly(fd: number, length: number, name: string): Uint8Array {
  const data = new Uint8Array(length);
  for (let got = 0; got < length; ) {
    const part = receive(fd, length - got);
    if (part.length === 0)
      throw new Failure("unreachable", name, "the server closed the connection", "Look at nbd-server's log.");
    data.set(part, got);
    got += part.length;
  }
  return data;
}

/** Sends one request to generic netlink and waits until it is acknowledged; returns the answers' attributes. */
function request(
  family: number,
  command: number,
  version: number,
  attributes: Attribute[],
): Map<number, Uint8Array> {
  const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  const found = new Map<number, Uint8Array>();
  try {
    setPatience(fd, PATIENCE);
    send(fd, message(family, command, version, attributes));
    for (;;)
      for (const answer of answers(receive(fd, 65536))) {
        if (answer.errno === 0) return found;
        if (answer.errno !== undefined)
          throw new Failure("system", "NBD", `the kernel refuses the connection: ${errnoName(answer.errno)}`);
        for (const [type, data] of answer.attributes) found.set(type, data);
      }
  } finally {
    closeSync(fd);
  }
}

/** Sends a command to the kernel's nbd (linux/nbd-netlink.h). */
export function tellNbd(command: number, attributes: Attribute[]): void {
  const family = request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, [{ type: CTRL_ATTR_FAMILY_NAME, text: "nbd" }]);
  const id = family.get(CTRL_ATTR_FAMILY_ID);
  if (id === undefined) throw new Failure("unsupported", "nbd", "this kernel's nbd has no netlink");
  request(new DataView(id.buffer, id.byteOffset).getUint16(0, true), command, 1, attributes);
}

/** The first device that nothing is connected to. The kernel makes 16 of them. */
function freeIndex(name: string): number {
  for (let index = 0; existsSync(`/sys/block/nbd${index}`); index++)
    if (!existsSync(`/sys/block/nbd${index}/pid`)) return index;
  throw new Failure("busy", name, "no NBD device of this client is free");
}

/** Hands a connected socket to the kernel, which needs no process for it from then on. */
function hand(fd: number, { size, flags }: Export, index: number): void {
  tellNbd(NBD_CMD_CONNECT, [
    { type: NBD_ATTR.index, u32: index },
    { type: NBD_ATTR.size, u64: size },
    // The kernel forgets the rest of a device that is no multiple of its block size.
    { type: NBD_ATTR.blockSize, u64: size % 4096n === 0n ? 4096n : 512n },
    { type: NBD_ATTR.timeout, u64: READ_TIMEOUT },
    { type: NBD_ATTR.deadTimeout, u64: DEAD_TIMEOUT },
    { type: NBD_ATTR.serverFlags, u64: BigInt(flags) },
    {
      type: NBD_ATTR.sockets,
      nested: [{ type: NBD_SOCK_ITEM, nested: [{ type: NBD_SOCK_FD, u32: fd }] }],
    },
  ]);
}

/**
 * Connects a free device (/dev/nbd0, …), which it returns, to a server's export. The kernel keeps the connection by
 * itself (it is made over netlink, not held open by a process), so neither the handoff nor systemd's killing of what
 * is left can cut it.
 */
export async function connectNbd(
  server: string,
  port: number,
  exportName: string,
  name: string,
): Promise<string> {
  loadModules("nbd");
  const address = await addressOf(server);
  reach(address, port, name, "the NBD server");
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  try {
    setPatience(fd, PATIENCE);
    connect(fd, address, port);
    const connection: Connection = {
      read: (length) => readExactly(fd, length, name),
      write: (data) => send(fd, data),
    };
    const found = await handshake(connection, exportName, name);
    // The kernel's own reads would end by it too, and the device with them.
    setPatience(fd, 0);
    const index = freeIndex(name);
    hand(fd, found, index);
    return `/dev/nbd${index}`;
  } finally {
    closeSync(fd);
  }
}
