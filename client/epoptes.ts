import { existsSync, mkdirSync } from "node:fs";
import type { Client } from "./facts.ts";
import { readText, writeText } from "./files.ts";

/** The certificate of the teachers' console, where epoptes-client looks for it. */
const CERTIFICATE = "etc/epoptes/server.crt";

/** A line of /etc/default/epoptes-client that names another console than the one on `server`. */
const otherServer = /^\s*(?:export\s+)?SERVER=(?!["']?(?:server)?["']?\s*(?:#|$))/m;

/**
 * Epoptes: the client trusts the console of its server, by the certificate that `ltsp initrd` has packed, and finds
 * it as `server`, which the hosts step writes into /etc/hosts. An image that names another console keeps that and
 * its certificate.
 */
export function epoptes({ root, run, server }: Client): void {
  if (!existsSync(`${root}/usr/sbin/epoptes-client`)) return;
  // epoptes-client takes a machine with this directory for a client that booted from the network; any other one
  // that has the console installed too, as an image of the server has, would not connect.
  mkdirSync(`${run}/ltsp/client`, { recursive: true });
  // Without a certificate it ends at once, and its unit would count as failed.
  writeText(
    `${run}/systemd/system/epoptes-client.service.d/ltsp.conf`,
    `[Unit]\nConditionFileNotEmpty=/${CERTIFICATE}\n`,
  );
  const defaults = `${root}/etc/default/epoptes-client`;
  const before = readText(defaults);
  if (otherServer.test(before)) return;
  const certificate = readText(`${root}/etc/ltsp/server/epoptes.crt`);
  if (certificate !== "") writeText(`${root}/${CERTIFICATE}`, certificate);
  // The hosts step can only write addresses; a name is asked for itself.
  if (server !== undefined && /^[a-z][\w.-]*$/i.test(server) && server !== "server")
    writeText(defaults, `${before}${before.endsWith("\n") || before === "" ? "" : "\n"}SERVER=${server}\n`);
}
