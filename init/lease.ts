import type { Lease } from "../client/facts.ts";
import { isAddress } from "../conf/address.ts";
import { Failure } from "../conf/failure.ts";
import type { Card } from "./card.ts";

/** The number of leading one bits of a dotted netmask: 255.255.255.0 -> 24. */
export function prefixLength(netmask: string): number {
  const bits = netmask
    .split(".")
    .map((octet) => Number(octet).toString(2).padStart(8, "0"))
    .join("");
  if (!/^1*0*$/.test(bits) || bits.length !== 32)
    throw new Failure("invalid", `netmask ${netmask}`, "that is no netmask", "Write it like 255.255.255.0.");
  return bits.indexOf("0") < 0 ? 32 : bits.indexOf("0");
}

/** DHCP names come from the network: only what can be a host or domain name is taken. */
const name = /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?\.?$/i;

/** Words of a DHCP list that pass a check. */
function words(text: string | undefined, ok: (word: string) => boolean): string[] {
  return (text ?? "").split(/[\s,]+/).filter(ok);
}

/** The lease in what udhcpc hands to its script, `name=value` lines (busybox's networking/udhcp/dhcpc.c). */
export function leaseOf(card: Card, options: ReadonlyMap<string, string>): Lease {
  const get = (option: string) => options.get(option);
  const address = get("ip");
  if (!isAddress(address))
    throw new Failure(
      "invalid",
      `DHCP on ${card.name}`,
      `the server's answer has no usable address (${address ?? "none"})`,
      "Check the DHCP server's configuration.",
    );
  return {
    card: card.name,
    mac: card.mac,
    address,
    prefixLength: prefixLength(get("subnet") ?? "255.255.255.0"),
    gateway: words(get("router"), isAddress)[0],
    dns: words(get("dns"), isAddress),
    search: [...new Set(words(`${get("search") ?? ""} ${get("domain") ?? ""}`, (word) => name.test(word)))],
    hostname: words(get("hostname"), (word) => name.test(word))[0]?.split(".")[0],
    server: [get("siaddr"), get("serverid")].find((server) => isAddress(server) && server !== "0.0.0.0"),
    renewed: true,
  };
}

/**
 * The lease that `ip=` on the command line gives instead of DHCP, or undefined if it asks for DHCP. The fields
 * are the kernel's (Documentation/admin-guide/nfs/nfsroot.rst):
 * client:server:gateway:netmask:hostname:device:autoconf:dns0:dns1.
 */
export function staticLease(ip: string): Omit<Lease, "card" | "mac"> | undefined {
  const [address, server, gateway, netmask, hostname, , autoconf, ...dns] = ip.split(":");
  if (!isAddress(address)) {
    if (["", "dhcp", "on", "any", "both", "bootp"].includes(address || (autoconf ?? ""))) return undefined;
    throw new Failure(
      "invalid",
      `ip=${ip}`,
      `"${address}" is neither an IPv4 address nor dhcp`,
      "Write ip=dhcp or ip=ADDRESS:SERVER:GATEWAY:NETMASK:HOSTNAME:CARD:none:DNS on the kernel command line.",
    );
  }
  return {
    address,
    prefixLength: prefixLength(netmask || "255.255.255.0"),
    gateway: isAddress(gateway) ? gateway : undefined,
    dns: dns.filter(isAddress),
    search: [],
    hostname: hostname || undefined,
    server: isAddress(server) ? server : undefined,
    renewed: false,
  };
}
