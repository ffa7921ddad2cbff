import type { Client } from "./facts.ts";
import { fstab } from "./fstab.ts";
import { hostname, hosts } from "./hostname.ts";
import { leaseRenewal } from "./lease-renewal.ts";
import { machineId } from "./machine-id.ts";
import { network } from "./network.ts";
import { resolver } from "./resolver.ts";

/** One step of making a root this client's. */
export interface Concern {
  /** What OMIT_FUNCTIONS and the boot's messages call it. */
  name: string;
  apply: (client: Client) => void;
}

/** What turns a root into this client's, in this order. OMIT_FUNCTIONS leaves steps out by these names. */
export const concerns: Concern[] = [
  { name: "machine-id", apply: machineId },
  { name: "hostname", apply: hostname },
  { name: "hosts", apply: hosts },
  { name: "resolver", apply: resolver },
  { name: "network", apply: network },
  { name: "lease", apply: leaseRenewal },
  { name: "fstab", apply: fstab },
];
