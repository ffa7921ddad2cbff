import type { Client } from "./facts.ts";
import { readText, writeText } from "./files.ts";
import { searchDomains } from "./resolver.ts";

/** /etc/hostname. */
export function hostname({ root, hostname }: Client): void {
  writeText(`${root}/etc/hostname`, `${hostname}\n`);
}

/** Lines of the image's own /etc/hosts that speak of the machine the image was made from. */
const own = /^\s*(127\.|::1\s|ff02::|fe00::)/;

/** /etc/hosts: this client's names, `server`, the image's lines for other machines, HOSTS_x. */
export function hosts(client: Client): void {
  const { root, settings, hostname, server } = client;
  const domain = searchDomains(client)[0];
  const file = `${root}/etc/hosts`;
  const kept = readText(file)
    .split("\n")
    .filter((line) => line.trim() !== "" && !own.test(line));
  const lines = [
    "127.0.0.1\tlocalhost",
    `127.0.1.1\t${domain === undefined ? "" : `${hostname}.${domain} `}${hostname}`,
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "ff02::1\tip6-allnodes",
    "ff02::2\tip6-allrouters",
    ...(server !== undefined && /^[\d.]+$/.test(server) ? [`${server}\tserver`] : []),
    ...kept,
    ...settings.family("HOSTS_").map(({ value }) => value),
  ];
  writeText(file, `${lines.join("\n")}\n`);
}
