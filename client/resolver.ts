import { existsSync, readlinkSync } from "node:fs";
import type { Client } from "./facts.ts";
import { writeText } from "./files.ts";

function words(text: string | undefined): string[] | undefined {
  const found = (text ?? "").split(/[\s,]+/).filter((word) => word !== "");
  return found.length > 0 ? found : undefined;
}

/** SEARCH_DOMAIN, else the lease's. */
export function searchDomains({ settings, lease }: Client): readonly string[] {
  return words(settings.get("SEARCH_DOMAIN")) ?? lease.search;
}

/** Does the image resolve names with systemd-resolved? Its /etc/resolv.conf then leads there. */
function usesResolved(root: string): boolean {
  if (!existsSync(`${root}/usr/lib/systemd/systemd-resolved`)) return false;
  try {
    return readlinkSync(`${root}/etc/resolv.conf`).includes("systemd/resolve");
  } catch {
    return false;
  }
}

/** The resolvers: DNS_SERVER, else the lease's; for systemd-resolved, or in /etc/resolv.conf. */
export function resolver(client: Client): void {
  const { root, settings, lease } = client;
  const servers = words(settings.get("DNS_SERVER")) ?? lease.dns;
  const domains = searchDomains(client);
  if (usesResolved(root)) {
    const lines = ["[Resolve]", `DNS=${servers.join(" ")}`, `Domains=${domains.join(" ")}`];
    writeText(`${root}/etc/systemd/resolved.conf.d/ltsp.conf`, `${lines.join("\n")}\n`);
    return;
  }
  const lines = [
    "# Written by ltsp at boot: DNS_SERVER and SEARCH_DOMAIN of ltsp.conf, else what DHCP said.",
    ...servers.map((server) => `nameserver ${server}`),
    ...(domains.length > 0 ? [`search ${domains.join(" ")}`] : []),
  ];
  writeText(`${root}/etc/resolv.conf`, `${lines.join("\n")}\n`);
}
