import { BUSYBOX, keepBusybox } from "./busybox.ts";
import type { Client } from "./facts.ts";
import { writeText } from "./files.ts";
import { addUnit } from "./own-units.ts";

const SCRIPT = "ltsp/lease-script";

/**
 * Renews the lease for as long as the client runs, so that the DHCP server does not give its address to another.
 * The card keeps the address whatever the server says: the root hangs on it.
 */
export function leaseRenewal(client: Client): void {
  const { run, lease } = client;
  if (!lease.renewed) return;
  keepBusybox(client);
  writeText(`${run}/${SCRIPT}`, script(lease.address), 0o755);
  const unit = [
    "[Unit]",
    "Description=Renewal of the DHCP lease that this client booted with",
    "DefaultDependencies=no",
    "Conflicts=shutdown.target",
    "Before=shutdown.target",
    "",
    "[Service]",
    `ExecStart=${BUSYBOX} udhcpc -f -i ${lease.card} -r ${lease.address} -V ltsp -s /run/${SCRIPT}`,
    "Restart=always",
    "RestartSec=30",
    "OOMScoreAdjust=-900",
  ];
  addUnit(client, "ltsp-lease.service", unit, "sysinit.target");
}

/** What udhcpc runs at every change: it only speaks up where the server gives another address. */
function script(address: string): string {
  return [
    `#!${BUSYBOX} sh`,
    `case "$1:$ip" in`,
    `bound:${address} | renew:${address} | deconfig:*) ;;`,
    `*) echo "ltsp: the DHCP server says $1 $ip, but this client keeps ${address}, which its root comes through" ;;`,
    "esac",
    "",
  ].join("\n");
}
