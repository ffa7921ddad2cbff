import { existsSync, lstatSync } from "node:fs";
import { isAnyAddress } from "../conf/address.ts";
import type { Client } from "./facts.ts";
import { linkTarget, readText, writeText } from "./files.ts";

const words = (text: string | undefined) => (text ?? "").split(/[\s,]+/).filter((word) => word !== "");

const domainName = /^[\p{L}\p{N}_.-]+$/u;

/** SEARCH_DOMAIN, else the lease's. */
export function searchDomains({ settings, lease }: Client): readonly string[] {
  const wanted = words(settings.get("SEARCH_DOMAIN")).filter((word) => domainName.test(word));
  return wanted.length > 0 ? wanted : lease.search;
}

/** DNS_SERVER, else the lease's. */
function dnsServers({ settings, lease }: Client): readonly string[] {
  const wanted = words(settings.get("DNS_SERVER")).filter(isAnyAddress);
  return wanted.length > 0 ? wanted : lease.dns;
}

/** Where an image's /etc/resolv.conf says that its resolvers come from. */
interface Manager {
  /** What its /etc/resolv.conf leads to, or "" for a plain file. */
  link: RegExp;
  /** A file that shows that it is there, and will start. */
  needs: (client: Client) => boolean;
  /** What it takes is below /run. */
  volatile?: true;
  apply: (client: Client, servers: readonly string[], domains: readonly string[]) => void;
}

const managers: Manager[] = [
  { link: /systemd\/resolv/, needs: resolvedRuns, volatile: true, apply: resolved },
  {
    link: /resolvconf/,
    needs: ({ root }) => existsSync(`${root}/etc/resolvconf/update.d`),
    volatile: true,
    apply: resolvconf,
  },
  { link: /(?:)/, needs: ({ root }) => existsSync(`${root}/etc/resolvconf.conf`), apply: openresolv },
  { link: /(?:)/, needs: () => true, apply: plain },
];

/** The resolvers and the search domains, for a manager of /etc/resolv.conf that takes them from /run. */
export function resolver(client: Client): void {
  faults(client, "DNS_SERVER", isAnyAddress, "no IP address", "DNS_SERVER=192.168.67.1");
  faults(
    client,
    "SEARCH_DOMAIN",
    (word) => domainName.test(word),
    "no domain",
    "SEARCH_DOMAIN=school.example",
  );
  const manager = managerOf(client);
  if (manager?.volatile) manager.apply(client, dnsServers(client), searchDomains(client));
}

/** The same in the root, where no such manager is in use: /etc/resolv.conf itself, and openresolv's file. */
export function resolvConf(client: Client): void {
  const manager = managerOf(client);
  if (!manager?.volatile) manager?.apply(client, dnsServers(client), searchDomains(client));
}

function managerOf(client: Client): Manager | undefined {
  const target = linkTarget(`${client.root}/etc/resolv.conf`) ?? "";
  return managers.find(({ link, needs }) => link.test(target) && needs(client));
}

function faults(client: Client, name: string, right: (word: string) => boolean, what: string, line: string) {
  const { settings, warn } = client;
  const wrong = words(settings.get(name)).filter((word) => !right(word));
  if (wrong.length > 0)
    warn(
      settings.failure(name, `"${wrong.join(" ")}" is ${what}, and left out`, `Write for instance ${line}.`),
    );
}

/** Enabled it has its D-Bus name (its unit's Alias=), whatever target wants it; ltsp.conf may still keep it from starting. */
function resolvedRuns({ root, settings }: Client): boolean {
  const enabled = `${root}/etc/systemd/system/dbus-org.freedesktop.resolve1.service`;
  if (lstatSync(enabled, { throwIfNoEntry: false }) === undefined) return false;
  return !["DISABLE", "MASK"].some((verb) =>
    words(settings.get(`${verb}_SYSTEM_SERVICES`)).some((unit) =>
      /^systemd-resolved(\.service)?$/.test(unit),
    ),
  );
}

/**
 * systemd-resolved: the boot's card is nobody's, so these are its global servers. The empty values take away those of
 * the image (resolved.conf(5)). The domain ~. keeps them in use when NetworkManager gives a Wi-Fi or VPN link the
 * same domain, which would otherwise get all lookups.
 */
function resolved({ run }: Client, servers: readonly string[], domains: readonly string[]): void {
  if (servers.length === 0 && domains.length === 0) return;
  const lines = [
    "[Resolve]",
    ...(servers.length > 0 ? ["DNS=", `DNS=${servers.join(" ")}`] : []),
    "Domains=",
    `Domains=${[...domains, ...(servers.length > 0 ? ["~."] : [])].join(" ")}`,
  ];
  writeText(`${run}/systemd/resolved.conf.d/zz-ltsp.conf`, `${lines.join("\n")}\n`);
}

/**
 * Debian's resolvconf: a record in its database, from which its service makes the file anew when it starts. Its
 * interface-order(5) puts what belongs to `lo` above what other cards' DHCP says.
 */
function resolvconf({ run }: Client, servers: readonly string[], domains: readonly string[]): void {
  const text = textOf(servers, domains);
  writeText(`${run}/resolvconf/interface/lo.ltsp`, text);
  writeText(`${run}/resolvconf/resolv.conf`, text);
}

/** openresolv: it puts these above what it is told of any card (resolvconf.conf(5)); the last assignment counts. */
function openresolv(client: Client, servers: readonly string[], domains: readonly string[]): void {
  const file = `${client.root}/etc/resolvconf.conf`;
  const lines = [`name_servers="${servers.join(" ")}"`, `search_domains="${domains.join(" ")}"`];
  writeText(file, `${readText(file).trimEnd()}\n# Written by ltsp at boot:\n${lines.join("\n")}\n`);
  plain(client, servers, domains);
}

/** A file of its own; without any resolver known, the image's stays. */
function plain({ root }: Client, servers: readonly string[], domains: readonly string[]): void {
  const file = `${root}/etc/resolv.conf`;
  if (servers.length === 0 && lstatSync(file, { throwIfNoEntry: false })?.isFile()) return;
  writeText(file, textOf(servers, domains));
}

function textOf(servers: readonly string[], domains: readonly string[]): string {
  const lines = [
    "# Written by ltsp at boot: DNS_SERVER and SEARCH_DOMAIN of ltsp.conf, else what DHCP said.",
    ...servers.map((server) => `nameserver ${server}`),
    ...(domains.length > 0 ? [`search ${domains.join(" ")}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
