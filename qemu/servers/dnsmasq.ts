import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lan } from "../lan.ts";
import { Daemon } from "./daemon.ts";

/**
 * DHCP, TFTP and the router advertisement, configured as an admin would who has one server and no other DHCP.
 * PXE firmware gets iPXE for its architecture; an iPXE (it sends option 175) gets the menu.
 * Without a router advertisement iPXE waits 13 s for one.
 */
export function dnsmasqConf(dir: string): string {
  return `port=0
interface=br0
bind-interfaces
user=root
no-ping
dhcp-authoritative
dhcp-range=192.168.67.20,192.168.67.250,8h
dhcp-option=option:router,192.168.67.1
dhcp-option=option:dns-server,192.168.67.1
dhcp-option=option:domain-name,lan.example
dhcp-leasefile=${dir}/dnsmasq.leases
log-dhcp
enable-ra
dhcp-range=fd00:67::,ra-only,64
enable-tftp
tftp-root=/srv/tftp
tftp-no-fail
dhcp-match=set:ipxe,175
dhcp-match=set:uefi,option:client-arch,7
dhcp-match=set:uefi,option:client-arch,9
dhcp-boot=tag:ipxe,ltsp/ltsp.ipxe
dhcp-boot=tag:!ipxe,tag:uefi,ltsp/snponly.efi
dhcp-boot=tag:!ipxe,tag:!uefi,ltsp/undionly.kpxe
`;
}

export function dnsmasq(lan: Lan): Daemon {
  const conf = join(lan.dir, "dnsmasq.conf");
  writeFileSync(conf, dnsmasqConf(lan.dir));
  return new Daemon(lan.namespace, {
    name: "dnsmasq",
    argv: [
      "dnsmasq",
      "--keep-in-foreground",
      `--conf-file=${conf}`,
      "--log-facility=-",
      `--pid-file=${lan.dir}/dnsmasq.pid`,
    ],
    ports: [
      { protocol: "udp", port: 67 },
      { protocol: "udp", port: 69 },
    ],
    log: join(lan.dir, "dnsmasq.log"),
  });
}
