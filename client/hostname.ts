import { isAnyAddress } from "../conf/address.ts";
import { hostsFault } from "../conf/values/lines.ts";
import type { Client } from "./facts.ts";
import { readText, writeText } from "./files.ts";
import { searchDomains } from "./resolver.ts";

/** /etc/hostname. The pretty name that hostnamectl(1) shows is the template's, if the image has one: it goes. */
export function hostname({ root, hostname }: Client): void {
  writeText(`${root}/etc/hostname`, `${hostname}\n`);
  const info = `${root}/etc/machine-info`;
  const before = readText(info);
  const after = before.replaceAll(/^\s*PRETTY_HOSTNAME=.*\n?/gm, "");
  if (after !== before) writeText(info, after);
}

/** Lines of the image's own /etc/hosts that speak of the machine the image was made from, and what stands here anyway. */
const own = /^\s*(127\.0\.1\.1\s|(127\.0\.0\.1|::1)\s.*localhost|fe00::|ff0[02]::)/;

/** /etc/hosts: this client's names, `server`, the image's lines for other machines, HOSTS_x. */
export function hosts(client: Client): void {
  const { root, hostname, server } = client;
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
    ...(server !== undefined && isAnyAddress(server) ? [`${server}\tserver`] : []),
    ...kept,
    ...wanted(client),
  ];
  writeText(file, `${lines.join("\n")}\n`);
}

/** The lines of HOSTS_x; one that is none is a warning, and left out. */
function wanted({ settings, warn }: Client): string[] {
  return settings.family("HOSTS_").flatMap(({ name, value }) =>
    value.split("\n").filter((line) => {
      const fault = hostsFault(line);
      if (fault !== undefined)
        warn(
          settings.failure(
            name,
            `this line of ${name} is left out: ${fault}`,
            `Write an address and the names behind it: ${name}="192.168.67.9 printer".`,
          ),
        );
      return fault === undefined;
    }),
  );
}
