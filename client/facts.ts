import type { Failure } from "../conf/failure.ts";
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
  /** The client's new root directory; every path a concern writes lies below it, or below `run`. */
  readonly root: string;
  /** The directory that becomes the root's /run: in RAM, and this client's alone whatever the root is. */
  readonly run: string;
  readonly settings: Settings;
  readonly lease: Lease;
  readonly hostname: string;
  /** SERVER of ltsp.conf, else where the client booted from. */
  readonly server: string | undefined;
  /**
   * A setting that cannot be applied: the boot goes on without it, and tells. `settings.failure(…)` makes one with
   * the line of ltsp.conf.
   */
  readonly warn: (warning: Failure) => void;
}
