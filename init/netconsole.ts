import { closeSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Lease } from "../client/facts.ts";
import { readHostPort } from "../client/host-port.ts";
import { sameSubnet } from "../conf/address.ts";
import { Failure } from "../conf/failure.ts";
import { busybox } from "./busybox.ts";
import { addressOf } from "./reach.ts";
import type { Report } from "./report.ts";
import { AF_INET, connect, SOCK_DGRAM, SystemCallError, send, socket } from "./syscalls.ts";

/** What the kernel's documentation and everybody's listener use (Documentation/networking/netconsole.rst). */
const PORT = 6666;

/** How long a machine on the same network may take to say its MAC address, in ms. */
const PATIENCE = 1000;

const BROADCAST = "ff:ff:ff:ff:ff:ff";

/**
 * NETCONSOLE: the kernel sends its messages to another host from now on, and starts with all that it has said so far:
 * when its module is loaded, it prints what is in the log.
 */
export async function netconsole(report: Report, client: Client): Promise<void> {
  const { settings, warn, lease } = client;
  const wanted = settings.get("NETCONSOLE")?.trim() ?? "";
  if (wanted === "") return;
  const complain = (why: string, remedy: string) => warn(settings.failure("NETCONSOLE", why, remedy));
  try {
    const target = await targetOf(wanted);
    const { address, port } = target;
    const mac = await greet(target, client);
    if (mac === undefined)
      complain(
        `${nextHop(address, lease)} does not answer yet`,
        `Is ${address} on, and is it the right address?`,
      );
    const parameter = `netconsole=@${lease.address}/${lease.card},${port}@${address}/${mac ?? BROADCAST}`;
    const { status, output } = busybox("modprobe", "netconsole", parameter);
    if (status === 0) report.say("notice", `settings: kernel messages go to ${address}, UDP port ${port}`);
    else
      complain(
        `the kernel refuses it: ${output}`,
        "Is modules.img of this version? On the server: ltsp kernel",
      );
  } catch (error) {
    if (error instanceof Failure) complain(`${error.on}: ${error.why}`, error.remedy ?? "");
    else complain(String(error), "Give the address of a host that this client can reach.");
  }
}

interface Target {
  address: string;
  port: number;
}

/** HOST or HOST:PORT; a Failure if that is none that the boot can send to. */
async function targetOf(text: string): Promise<Target> {
  const { host = text, port = PORT } = readHostPort(text) ?? {};
  if (host.includes(":"))
    throw new Failure("unsupported", text, "a client that boots has no IPv6 yet", "Give an IPv4 address.");
  return { address: await addressOf(host), port };
}

/**
 * Sends a line of our own ahead, by which the listener knows the client, and the kernel finds out the MAC address that
 * netconsole, which asks nobody, is to send to. Undefined if there was no answer.
 */
async function greet({ address, port }: Target, { hostname, lease }: Client): Promise<string | undefined> {
  const fd = socket(AF_INET, SOCK_DGRAM, 0);
  try {
    connect(fd, address, port);
    const line = `ltsp: settings: ${hostname} (${lease.mac}) sends its kernel messages\n`;
    send(fd, new TextEncoder().encode(line));
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    throw new Failure(
      "unreachable",
      address,
      `there is no way to it (${error.code})`,
      "Is the address right?",
    );
  } finally {
    closeSync(fd);
  }
  const hop = nextHop(address, lease);
  for (let waited = 0; waited < PATIENCE; waited += 10) {
    const mac = macOf(readFileSync("/proc/net/arp", "utf8"), hop);
    if (mac !== undefined) return mac;
    await sleep(10);
  }
  return undefined;
}

/** Who takes a packet for an address: the machine itself if it is on this network, else the gateway. */
export function nextHop(address: string, lease: Pick<Lease, "address" | "prefixLength" | "gateway">): string {
  return sameSubnet(address, lease.address, lease.prefixLength) ? address : (lease.gateway ?? address);
}

/** The MAC address of a neighbour in /proc/net/arp (proc(5)): address, type, flags, MAC; flag 2 says that it is known. */
export function macOf(arp: string, address: string): string | undefined {
  const row = arp
    .split("\n")
    .map((line) => line.split(/\s+/))
    .find(([ip]) => ip === address);
  return row !== undefined && (Number(row[2]) & 2) !== 0 ? row[3] : undefined;
}
