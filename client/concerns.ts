import { crontab } from "./crontab.ts";
import { displayManager } from "./display-manager.ts";
import { epoptes } from "./epoptes.ts";
import type { Client } from "./facts.ts";
import { fstab } from "./fstab.ts";
import { hostname, hosts } from "./hostname.ts";
import { ifupdown } from "./ifupdown.ts";
import { keyboard } from "./keyboard.ts";
import { leaseRenewal } from "./lease-renewal.ts";
import { localSwap } from "./local-swap.ts";
import { locale } from "./locale.ts";
import { machineId } from "./machine-id.ts";
import { network } from "./network.ts";
import { polkit, power } from "./power.ts";
import { printers } from "./printers.ts";
import { resolvConf, resolver } from "./resolver.ts";
import { seats } from "./seats.ts";
import { services } from "./services.ts";
import { sshHostKeys } from "./ssh-host-keys.ts";
import { syslog } from "./syslog.ts";
import { systemd } from "./systemd.ts";
import { consoleUpdated, updated } from "./updated.ts";
import { quietUpdaters } from "./updaters.ts";
import { xorg } from "./xorg.ts";
import { zramSwap } from "./zram.ts";

/** One step of making a root this client's. */
export interface Concern {
  /** What OMIT_FUNCTIONS and the boot's messages call it. */
  name: string;
  apply: (client: Client) => void;
  /** It writes below `client.run` alone, so that an administrative client, whose root is all clients', has it too. */
  volatile?: true;
}

/** What turns a root into this client's, in this order. OMIT_FUNCTIONS leaves steps out by these names. */
export const concerns: Concern[] = [
  { name: "machine-id", apply: machineId },
  { name: "hostname", apply: hostname },
  { name: "hosts", apply: hosts },
  { name: "resolver", apply: resolver, volatile: true },
  { name: "resolv-conf", apply: resolvConf },
  { name: "network", apply: network, volatile: true },
  { name: "ifupdown", apply: ifupdown, volatile: true },
  { name: "ssh-host-keys", apply: sshHostKeys },
  { name: "lease", apply: leaseRenewal, volatile: true },
  { name: "fstab", apply: fstab },
  { name: "local-swap", apply: localSwap, volatile: true },
  { name: "zram-swap", apply: zramSwap, volatile: true },
  { name: "crontab", apply: crontab },
  { name: "printers", apply: printers },
  { name: "epoptes", apply: epoptes },
  { name: "power", apply: power, volatile: true },
  { name: "polkit", apply: polkit },
  { name: "services", apply: services },
  { name: "systemd", apply: systemd, volatile: true },
  { name: "updated", apply: updated },
  { name: "console-updated", apply: consoleUpdated },
  { name: "updaters", apply: quietUpdaters },
  { name: "syslog", apply: syslog },
  { name: "display-manager", apply: displayManager },
  { name: "xorg", apply: xorg },
  { name: "seats", apply: seats, volatile: true },
  { name: "locale", apply: locale },
  { name: "keyboard", apply: keyboard },
];
