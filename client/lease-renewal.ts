import { copyFileSync } from "node:fs";
import type { Client } from "./facts.ts";
import { link, writeText } from "./files.ts";

/** Both lie in RAM, so that they work when the server does not. */
const BUSYBOX = "/run/ltsp/busybox";
const SCRIPT = "/run/ltsp/lease-script";
const UNIT = "ltsp-lease.service";

/**
 * Renews the lease for as long as the client runs, so that the DHCP server does not give its address to another.
 * The card keeps the address whatever the server says: the root hangs on it.
 */
export function leaseRenewal({ root, lease }: Client): void {
  if (!lease.renewed) return;
  copyFileSync("/bin/busybox", BUSYBOX);
  writeText(SCRIPT, script(lease.address), 0o755);
  const unit = [
    "[Unit]",
    "Description=Renewal of the DHCP lease that this client booted with",
    "DefaultDependencies=no",
    "Conflicts=shutdown.target",
    "Before=shutdown.target",
    "",
    "[Service]",
    `ExecStart=${BUSYBOX} udhcpc -f -i ${lease.card} -r ${lease.address} -V ltsp -s ${SCRIPT}`,
    "Restart=always",
    "RestartSec=30",
    "OOMScoreAdjust=-900",
    "",
  ];
  writeText(`${root}/etc/systemd/system/${UNIT}`, unit.join("\n"));
  link(`../${UNIT}`, `${root}/etc/systemd/system/sysinit.target.wants/${UNIT}`);
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
