import { closeSync } from "node:fs";
import { isAddress } from "../conf/address.ts";
import { Failure } from "../conf/failure.ts";
import { AF_INET, connect, SOCK_STREAM, SystemCallError, setPatience, socket } from "./syscalls.ts";

/** How long a connection may take, in seconds: on a LAN it takes a millisecond. */
const PATIENCE = 4;

const reasons: Record<string, string> = {
  ECONNREFUSED: "the server is up, but nothing listens there",
  EHOSTUNREACH: "no such machine answers on this network",
  ENETUNREACH: "there is no route to that network",
  // What connect(2) says when SO_SNDTIMEO is over.
  EINPROGRESS: `no answer in ${PATIENCE} seconds`,
};

/** The IPv4 address of a server that may be given by name. */
export async function addressOf(server: string): Promise<string> {
  if (isAddress(server)) return server;
  try {
    const [address] = await (await import("node:dns/promises")).resolve4(server);
    if (address !== undefined) return address;
  } catch {
    // The Failure below says what matters.
  }
  throw new Failure(
    "unreachable",
    `server "${server}"`,
    "its name cannot be resolved",
    "Give its address instead, or check the DNS server that DHCP names.",
  );
}

/**
 * Makes sure that a server listens before the kernel is told to use it: the kernel itself would wait for minutes
 * and not say why. `name` is what messages call it, `service` what should run there.
 */
export function reach(address: string, port: number, name: string, service: string): void {
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  try {
    setPatience(fd, PATIENCE);
    connect(fd, address, port);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    const why = reasons[error.code] ?? `no connection (${error.code})`;
    const remedy = `Is ${service} running on ${address}, and does a firewall let TCP port ${port} through?`;
    throw new Failure("unreachable", name, `port ${port}: ${why}`, remedy, { cause: error });
  } finally {
    closeSync(fd);
  }
}
