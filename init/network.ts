import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Lease } from "../client/facts.ts";
import { Failure } from "../conf/failure.ts";
import { BUSYBOX, busybox, run } from "./busybox.ts";
import { bootCard, type Card } from "./card.ts";
import { leaseOf, staticLease } from "./lease.ts";
import type { Found } from "./phase.ts";

/** Phase 2: the card that this machine booted from, with its address. */
export async function network(
  tried: Set<string>,
  cmdline: ReadonlyMap<string, string>,
): Promise<Found<Lease>> {
  const ip = cmdline.get("ip") ?? "dhcp";
  const fixed = staticLease(ip);
  const card = await bootCard(tried, cmdline.get("BOOTIF"), ip.split(":")[5] || undefined);
  const lease = fixed === undefined ? await dhcp(card) : { ...fixed, card: card.name, mac: card.mac };
  await apply(lease);
  const source = lease.renewed ? `DHCP, server ${lease.server ?? "unknown"}` : "ip=";
  return {
    value: lease,
    summary: `${lease.address}/${lease.prefixLength} on ${card.name} (${card.mac}) from ${source}`,
  };
}

/** Asks for a lease. udhcpc calls the script with the lease in its environment; the script writes it down. */
async function dhcp(card: Card): Promise<Lease> {
  const found = "/run/ltsp/lease";
  const script = "/run/ltsp/lease-script";
  mkdirSync("/run/ltsp", { recursive: true });
  rmSync(found, { force: true });
  writeFileSync(script, `#!${BUSYBOX} sh\n[ "$1" != bound ] || ${BUSYBOX} env > ${found}\n`, { mode: 0o755 });
  const { status, output } = await run(BUSYBOX, [
    // Ask six times, a second apart; -n: then give up, the phase asks again. -q: leave once the lease is there.
    ...["udhcpc", "-i", card.name, "-f", "-n", "-q", "-t", "6", "-T", "1", "-s", script],
    ...["-O", "search", "-O", "hostname", "-V", "ltsp"],
  ]);
  if (status !== 0)
    throw new Failure(
      "unreachable",
      `DHCP on ${card.name} (${card.mac})`,
      `no server has given an address (udhcpc: ${output.split("\n").at(-1) ?? ""})`,
      "Check that the DHCP server runs and that its range has addresses left.",
    );
  const options = readFileSync(found, "utf8")
    .split("\n")
    .map((line): [string, string] => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    });
  return leaseOf(card, new Map(options));
}

/** Gives the card its address, the routes, and this initramfs its resolvers. */
async function apply(lease: Lease): Promise<void> {
  const ip = async (...args: string[]) => {
    const { status, output } = await busybox("ip", ...args);
    if (status !== 0) throw new Failure("system", `ip ${args.join(" ")}`, output);
  };
  await ip("addr", "replace", `${lease.address}/${lease.prefixLength}`, "dev", lease.card);
  if (lease.gateway !== undefined)
    await ip("route", "replace", "default", "via", lease.gateway, "dev", lease.card);
  writeFileSync("/etc/resolv.conf", lease.dns.map((server) => `nameserver ${server}\n`).join(""));
}
