import { resolve4 } from "node:dns/promises";
import { connect } from "node:net";
import { errnoOf, Failure } from "../conf/failure.ts";
import { isAddress } from "./lease.ts";

/** How long a connection may take, in seconds: on a LAN it takes a millisecond. */
const PATIENCE = 4;

const reasons: Record<string, string> = {
  ECONNREFUSED: "the server is up, but nothing listens there",
  EHOSTUNREACH: "no such machine answers on this network",
  ENETUNREACH: "there is no route to that network",
  ETIMEDOUT: `no answer in ${PATIENCE} seconds`,
};

/** The IPv4 address of a server that may be given by name. */
export async function addressOf(server: string): Promise<string> {
  if (isAddress(server)) return server;
  try {
    const [address] = await resolve4(server);
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
export function reach(address: string, port: number, name: string, service: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const fail = (code: string) => {
      socket.destroy();
      const why = reasons[code] ?? `no connection (${code})`;
      const remedy = `Is ${service} running on ${address}, and does a firewall let TCP port ${port} through?`;
      reject(new Failure("unreachable", name, `port ${port}: ${why}`, remedy));
    };
    socket.setTimeout(PATIENCE * 1000, () => fail("ETIMEDOUT"));
    socket.once("error", (error) => fail(errnoOf(error) ?? error.message));
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
  });
}
