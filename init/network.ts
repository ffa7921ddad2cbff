import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Lease } from "../client/facts.ts";
import { Failure } from "../conf/failure.ts";
import { BUSYBOX, run } from "./busybox.ts";
import { bootCard, type Card } from "./card.ts";
import { leaseOf, staticLease } from "./lease.ts";
import type { Found } from "./phase.ts";

/** Phase 2: the card that this machine booted from, with its address. */
export async function network(
  drivers: Set<string>,
  cmdline: ReadonlyMap<string, string>,
): Promise<Found<Lease>> {
  const ip = cmdline.get("ip") ?? "dhcp";
  const fixed = staticLease(ip);
  const card = await bootCard(drivers, cmdline.get("BOOTIF"), ip.split(":")[5] || undefined);
  writeFileSync(SCRIPT, script, { mode: 0o755 });
  const lease = fixed === undefined ? dhcp(card) : takeFixed(card, fixed);
  writeFileSync("/etc/resolv.conf", lease.dns.map((server) => `nameserver ${server}\n`).join(""));
  const source = lease.renewed ? `DHCP, server ${lease.server ?? "unknown"}` : "ip=";
  return {
    value: lease,
    summary: `${lease.address}/${lease.prefixLength} on ${card.name} (${card.mac}) from ${source}`,
  };
}

/** Where the script notes down the lease: NAME=value lines. */
const FOUND = "/run/ltsp/lease";
const SCRIPT = "/run/ltsp/lease-script";

/**
 * What udhcpc runs when it has a lease, with the lease in its environment (busybox's networking/udhcp/dhcpc.c
 * lists the names): gives the card its address and its route, and notes the lease down.
 */
const script = `#!${BUSYBOX} sh
[ "$1" = bound ] || exit 0
ip addr replace "$ip/\${mask:-24}" dev "$interface" || exit 1
[ -z "$router" ] || ip route replace default via "\${router%% *}" dev "$interface" || exit 1
env >${FOUND}
`;

/** Asks for a lease, and takes it. */
function dhcp(card: Card): Lease {
  const { status, output } = run(BUSYBOX, [
    // Ask six times, a second apart; -n: then give up, the phase asks again. -q: leave once the lease is there.
    ...["udhcpc", "-i", card.name, "-f", "-n", "-q", "-t", "6", "-T", "1", "-s", SCRIPT],
    ...["-O", "search", "-O", "hostname", "-V", "ltsp"],
  ]);
  if (status !== 0 || !existsSync(FOUND))
    throw new Failure(
      "unreachable",
      `DHCP on ${card.name} (${card.mac})`,
      `no server has given an address (udhcpc: ${output.split("\n").at(-1) ?? ""})`,
      "Check that the DHCP server runs and that its range has addresses left.",
    );
  const options = readFileSync(FOUND, "utf8")
    .split("\n")
    .map((line): [string, string] => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    });
  return leaseOf(card, new Map(options));
}

/** Takes what `ip=` says, as if DHCP had said it. */
function takeFixed(card: Card, fixed: Omit<Lease, "card" | "mac">): Lease {
  const { status, output } = run(SCRIPT, ["bound"], {
    interface: card.name,
    ip: fixed.address,
    mask: String(fixed.prefixLength),
    router: fixed.gateway ?? "",
  });
  if (status !== 0) throw new Failure("invalid", "ip=", `the card does not take it: ${output}`);
  return { ...fixed, card: card.name, mac: card.mac };
}
