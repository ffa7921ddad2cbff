import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { hostname, hosts } from "../../client/hostname.ts";
import { machineId } from "../../client/machine-id.ts";
import { resolvConf, resolver } from "../../client/resolver.ts";
import { suites } from "../../qemu/roots.ts";
import { askInNetwork } from "./own-network.ts";
import { addResolvconf, ensureResolvconfs } from "./resolvconf.ts";
import { type DebianClient, debianClient } from "./root.ts";

const names = '[clients]\nHOSTNAME=pc%{IP}\nDNS_SERVER="10.1.1.1 fd00::1"\nSEARCH_DOMAIN=school.example\n';

/** Of the two steps one has something to do. */
function both(client: DebianClient): void {
  resolver(client);
  resolvConf(client);
}

beforeAll(ensureResolvconfs);

describe.each(suites)("%s", (suite) => {
  test("HOSTS_x: the C library finds the client, the server and the hosts of ltsp.conf", () => {
    const client = debianClient(
      suite,
      '[clients]\nHOSTNAME=pc01\nHOSTS_NAS="10.1.1.2 nas nas.example"\nHOSTS_BAD="nas 10.1.1.3"\nHOSTS_SIX="fd00::7 seven"',
    );
    hosts(client);
    expect(client.ask("getent", "hosts", "nas.example")).toMatch(/^10\.1\.1\.2 /);
    expect(client.ask("getent", "hosts", "seven")).toMatch(/^fd00::7 /);
    expect(client.ask("getent", "hosts", "server")).toMatch(/^192\.168\.67\.1 /);
    expect(client.ask("getent", "ahostsv4", "pc01")).toMatch(/^127\.0\.1\.1 /);
    expect(client.warnings).toEqual([expect.stringContaining("HOSTS_BAD")]);
  });

  test("HOSTNAME, SEARCH_DOMAIN: hostname -f gives the name and the domain", () => {
    const client = debianClient(suite, names);
    hostname(client);
    hosts(client);
    const asBooted = "hostname -F /etc/hostname && hostname && hostname -f";
    expect(client.ask("unshare", "--uts", "sh", "-c", asBooted)).toBe("pc20\npc20.school.example");
  });

  test("systemd and D-Bus know the client by one machine-id", () => {
    const client = debianClient(suite);
    writeFileSync(`${client.root}/var/lib/dbus/machine-id`, "0123456789abcdef0123456789abcdef\n");
    machineId(client);
    const id = client.ask("systemd-id128", "machine-id");
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(client.ask("dbus-uuidgen", "--get")).toBe(id);
  });

  test("DNS_SERVER, SEARCH_DOMAIN: systemd-resolved's configuration ends with them", () => {
    const client = debianClient(suite, names);
    writeFileSync(
      `${client.root}/etc/systemd/resolved.conf`,
      "[Resolve]\nDNS=172.16.0.1\nDomains=old.example\n",
    );
    both(client);
    const said = client.ask("systemd-analyze", "cat-config", "systemd/resolved.conf");
    expect(said).toMatch(
      /old\.example[\s\S]*\nDNS=\nDNS=10\.1\.1\.1 fd00::1\nDomains=\nDomains=school\.example ~\.\s*$/,
    );
  });

  test("DNS_SERVER: systemd-resolved asks it, also when another card's resolver is to have all lookups", () => {
    const client = debianClient(suite, "[clients]\nDNS_SERVER=192.168.67.20\nSEARCH_DOMAIN=school.example\n");
    both(client);
    const dns = (address: string, name: string) =>
      `dnsmasq --no-resolv --no-hosts --bind-interfaces --user=root --listen-address=${address} --pid-file= ` +
      `--local=/example/ --host-record=${name}`;
    const said = askInNetwork(
      client,
      `${dns("192.168.67.20", "nas.school.example,10.1.1.2 --host-record=web.example,10.1.1.3")}
      ip address add 10.9.9.2/24 dev eth1 && ip link set eth1 up
      ${dns("10.9.9.2", "cafe.example,10.1.1.4")}
      install -d -o systemd-resolve -g systemd-resolve /run/systemd/resolve
      /usr/lib/systemd/systemd-resolved >/dev/null 2>&1 &
      await 'resolvectl dns eth1 10.9.9.2' && resolvectl domain eth1 '~.'
      resolvectl dns | cat; resolvectl domain | cat
      for name in nas web.example cafe.example; do getent ahostsv4 $name | head -1; done`,
    );
    expect(said).toMatch(/^Global: 192\.168\.67\.20$/m);
    expect(said).toMatch(/^Global: school\.example ~\.$/m);
    expect(said.match(/^10\.1\.1\.\d/gm)).toEqual(["10.1.1.2", "10.1.1.3", "10.1.1.4"]);
  });

  test("DNS_SERVER, SEARCH_DOMAIN: Debian's resolvconf makes a file of them, also when another card has its own", () => {
    const client = debianClient(suite, names);
    addResolvconf(client, "resolvconf", "/run/resolvconf/resolv.conf");
    both(client);
    const start =
      "systemd-tmpfiles --create /usr/lib/tmpfiles.d/resolvconf.conf && resolvconf --enable-updates";
    const wifi = 'printf "nameserver 172.16.0.1\\nsearch cafe.example\\n" | resolvconf -a eth1.dhclient';
    client.ask("sh", "-c", `${start} && ${wifi}`);
    expect(client.ask("grep", "-v", "^#", "/run/resolvconf/resolv.conf").split("\n")).toEqual([
      ...["nameserver 10.1.1.1", "nameserver fd00::1", "nameserver 172.16.0.1"],
      "search school.example cafe.example",
    ]);
  });

  test("DNS_SERVER, SEARCH_DOMAIN: openresolv keeps them above what another card has", () => {
    const client = debianClient(suite, names);
    addResolvconf(client, "openresolv");
    both(client);
    const wifi = 'printf "nameserver 172.16.0.1\\nsearch cafe.example\\n" | resolvconf -a eth1.dhclient';
    client.ask("sh", "-c", `mkdir -p /run && ${wifi} && resolvconf -u`);
    expect(readFileSync(`${client.root}/etc/resolv.conf`, "utf8")).toMatch(
      /search school\.example cafe\.example\nnameserver 10\.1\.1\.1\nnameserver fd00::1\nnameserver 172\.16\.0\.1\n/,
    );
  });
});
