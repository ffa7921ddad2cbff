import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import type { Client } from "./facts.ts";
import { link, writeText } from "./files.ts";

/**
 * A machine-id(5) of its own for every client, the same at every boot: a hash of its MAC address with the bits
 * of a version 4 UUID set, as the manual page asks.
 */
export function machineIdOf(mac: string): string {
  const bytes = createHash("sha256").update(`ltsp machine-id ${mac}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex");
}

/** /etc/machine-id. D-Bus, which reads a file of its own before that one, is led to it. */
export function machineId({ root, lease }: Client): void {
  writeText(`${root}/etc/machine-id`, `${machineIdOf(lease.mac)}\n`, 0o444);
  const dbus = `${root}/var/lib/dbus/machine-id`;
  if (lstatSync(dbus, { throwIfNoEntry: false }) !== undefined) link("/etc/machine-id", dbus);
}
