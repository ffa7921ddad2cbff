import { clientPart } from "../conf/client-part.ts";
import type { Conf } from "../conf/syntax.ts";
import { regularAccounts } from "./accounts.ts";
import { type CpioEntry, cpio, file } from "./cpio.ts";

/** What the admin configures for the clients. */
export interface ClientConfiguration {
  conf: Conf;
  /** The other files of /etc/ltsp that clients need: path below it, content, mode. */
  files: { path: string; data: Uint8Array; mode: number }[];
  /** The server's /etc/passwd and /etc/group. */
  passwd: string;
  group: string;
  /** The server's public ssh host keys, as in /etc/ssh/ssh_host_*_key.pub. */
  hostKeys: string[];
  /** The certificate of the server's epoptes, as in /etc/epoptes/server.crt; "" if it has none. */
  epoptesCertificate: string;
  /** The server's hostname. */
  hostname: string;
}

/** ltsp.img: a small archive, not compressed, of what changes when the admin changes something. */
export function ltspImg(configuration: ClientConfiguration): Buffer {
  const { conf, files, hostKeys, hostname } = configuration;
  const certificate = certificates(configuration.epoptesCertificate);
  const accounts = regularAccounts(configuration.passwd, configuration.group);
  const entries: CpioEntry[] = [
    ...files.map(({ path, data, mode }) => file(`etc/ltsp/${path}`, data, mode)),
    // It may hold passwords (PASSWORDS_x), so only root may read it on the client.
    file("etc/ltsp/ltsp.conf", clientPart(conf), 0o600),
    file("etc/ltsp/server/passwd", accounts.passwd),
    file("etc/ltsp/server/group", accounts.group),
    file("etc/ltsp/server/ssh_known_hosts", knownHosts(hostKeys, hostname)),
    ...(certificate === "" ? [] : [file("etc/ltsp/server/epoptes.crt", certificate)]),
  ];
  return cpio(entries);
}

/** The certificates of a PEM file alone: a key that somebody has put beside them must not leave the server. */
function certificates(pem: string): string {
  const found = pem.match(/^-----BEGIN CERTIFICATE-----$[\s\S]*?^-----END CERTIFICATE-----$/gm) ?? [];
  return found.map((one) => `${one}\n`).join("");
}

/** ssh_known_hosts(5) lines; clients know the server as "server", and by its own name. */
function knownHosts(keys: string[], hostname: string): string {
  return keys
    .map((key) => key.trim().split(/\s+/))
    .filter(([type, key]) => type !== undefined && key !== undefined)
    .map(([type, key]) => `server,${hostname} ${type} ${key}\n`)
    .join("");
}
