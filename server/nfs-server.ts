import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../conf/failure.ts";
import { deviceNumber, type OpenFile } from "./open-file.ts";

/** What a client of NFS 4 has open: `{ type: open, …, superblock: "fd:10:13649", filename: "images/lab.img", … }`. */
const opened = /superblock: "([0-9a-f]+:[0-9a-f]+):(-?\d+)"(?:, filename: "([^"]*)")?/g;

/**
 * What the clients of the kernel's NFS server have open, if they speak NFS 4 (fs/nfsd/nfs4state.c: a directory for each
 * client, since Linux 5.3; delegations and locks count as well). None where that server does not run.
 */
export function nfsOpenFiles(proc: string): OpenFile[] {
  const clients = join(proc, "fs/nfsd/clients");
  return clientsIn(clients).flatMap((client) => {
    try {
      const states = readFileSync(join(clients, client, "states"), "utf8");
      const user = `NFS client ${addressIn(readFileSync(join(clients, client, "info"), "utf8"))}`;
      return [...states.matchAll(opened)].map(([, device = "", inode = "", path]) => ({
        device: deviceNumber(device, 16),
        // It is written as a signed number, and overlayfs uses all 64 bits.
        inode: BigInt.asUintN(64, BigInt(inode)),
        path,
        user,
      }));
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return []; // it has just left
      throw error;
    }
  });
}

/** None for anybody but root, whom alone the kernel shows them to. */
function clientsIn(directory: string): string[] {
  try {
    return existsSync(directory) ? readdirSync(directory) : [];
  } catch (error) {
    if (errnoOf(error) === "EACCES") return [];
    throw error;
  }
}

/** `address: "192.168.67.20:812"`, with the port, or `address: "[fd00:67::20]:812"`. */
function addressIn(info: string): string {
  return /^address: "(.*):\d+"$/m.exec(info)?.[1]?.replace(/^\[(.*)\]$/, "$1") ?? "of unknown address";
}

/** READ is procedure 6 of NFS 3 (RFC 1813), and stands behind the line's name, the count of procedures, and 0 to 5. */
const readColumn = 2 + 6;

/**
 * Whether the kernel's NFS server has served a file over NFS 3 since it was started: its clients open no files, so the
 * kernel cannot tell what they use.
 */
export function nfs3Served(proc = "/proc"): boolean {
  const file = join(proc, "net/rpc/nfsd");
  if (!existsSync(file)) return false;
  const line = /^proc3 .*$/m.exec(readFileSync(file, "utf8"))?.[0];
  return Number(line?.split(/\s+/)[readColumn] ?? 0) > 0;
}
