import type { Settings } from "../conf/settings.ts";

/** What DHCP, or `ip=` on the kernel command line, gave this client. Addresses are dotted IPv4. */
export interface Lease {
  /** The kernel's name of the card, as `eth0`. */
  readonly card: string;
  /** The card's address, lower case with colons. */
  readonly mac: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string | undefined;
  readonly dns: readonly string[];
  readonly search: readonly string[];
  readonly hostname: string | undefined;
  /** Where the client booted from: DHCP's next server, else the DHCP server itself. */
  readonly server: string | undefined;
  /** From DHCP, so to be renewed for as long as the client runs. */
  readonly renewed: boolean;
}

/** Everything a concern of client/ may know of the boot. */
export interface Client {
  /** The client's new root directory; every path a concern writes lies below it. */
  readonly root: string;
  readonly settings: Settings;
  readonly lease: Lease;
  readonly hostname: string;
  /** SERVER of ltsp.conf, else where the client booted from. */
  readonly server: string | undefined;
}
