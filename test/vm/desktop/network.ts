import { expect } from "vitest";
import type { Client } from "../../../qemu/client.ts";
import { suites } from "../../../qemu/roots.ts";
import type { DesktopCheck } from "./check.ts";

/** All four managers, each configured to take every wired card for itself, as an image of a server would be. */
const sections = `
[take_the_card]
cat >/etc/network/interfaces <<EOF
auto lo eth0 br0 wl8
allow-hotplug eth0
iface lo inet loopback
iface eth0 inet dhcp
iface br0 inet manual
    pre-up ip link add br0 type bridge && ip link set eth0 master br0
    bridge_ports eth0
iface wl8 inet static
    address 10.9.8.1/24
EOF
cat >/etc/netplan/all.yaml <<EOF
network: {version: 2, renderer: networkd, ethernets: {all: {match: {name: "e*"}, dhcp4: true}}}
EOF
chmod 600 /etc/netplan/all.yaml
cat >/etc/systemd/network/10-all.network <<EOF
[Match]
Name=e*
[Network]
DHCP=yes
Address=10.9.9.1/24
EOF
printf '[keyfile]\\nunmanaged-devices=none\\n[ifupdown]\\nmanaged=true\\n' >/etc/NetworkManager/conf.d/all.conf
systemctl enable systemd-networkd NetworkManager networking
`;

/** Waits for an address, which somebody else gives to a card. */
const has = (card: string, address: string) =>
  `(for i in $(seq 60); do ip -4 -o addr show dev ${card} | grep -q ' ${address}/' && exit; sleep 1; done; exit 1)`;

async function names(client: Client, hostname: string): Promise<void> {
  expect(await client.ask("hostnamectl --static; hostname; hostname -f")).toBe(
    `${hostname}\n${hostname}\n${hostname}.school.example`,
  );
  const id = await client.ask("cat /etc/machine-id");
  expect(await client.ask("hostnamectl | cat")).toMatch(new RegExp(`Machine ID: ${id}`));
  expect(await client.ask("cat /var/lib/dbus/machine-id")).toBe(id);
  expect(await client.ask("getent hosts server")).toMatch(/^192\.168\.67\.1 /);
  expect(await client.ask("getent hosts printer.school.example")).toMatch(/^192\.168\.67\.9 /);
  expect(await client.ask("resolvectl dns | cat")).toMatch(/^Global: 192\.168\.67\.1 fd00:67::1$/m);
  expect(await client.ask("resolvectl domain | cat")).toMatch(/^Global: school\.example ~\.$/m);
}

/** The card that the root comes through, also when everything that manages networks starts again. */
async function bootCard(client: Client): Promise<void> {
  const address = await client.ask("ip -4 -o addr show dev eth0");
  await client.ask("systemctl restart systemd-networkd NetworkManager networking", 240);
  await client.ask("udevadm trigger --action=add /sys/class/net/eth0 && udevadm settle", 120);
  expect(await client.ask("ip -4 -o addr show dev eth0")).toBe(address);
  expect(await client.ask("nmcli -t -f DEVICE,STATE device")).toContain("eth0:unmanaged");
  expect(await client.ask("networkctl --no-legend list eth0 | cat")).toMatch(/routable +unmanaged/);
  expect(await client.ask("ifquery --state")).not.toMatch(/eth0|br0/);
  // And the lease is renewed, by the one who is to do so.
  const own = /inet ([\d.]+)/.exec(address)?.[1];
  expect(await client.ask("journalctl -u ltsp-lease")).toContain(`lease of ${own} obtained`);
}

/** Each manager still takes a card that the boot has nothing to do with. */
async function otherCards(client: Client): Promise<void> {
  await client.ask("ip link add ens9 type dummy && ip link add wl8 type dummy");
  await client.ask(has("ens9", "10.9.9.1"), 120); // systemd-networkd
  await client.ask(has("wl8", "10.9.8.1"), 120); // ifupdown
  expect(await client.ask("ifquery --state")).toContain("wl8=wl8");
  const dummy = "type dummy con-name second ifname nm7 ipv4.method manual ipv4.addresses 10.9.7.1/24";
  await client.ask(`nmcli --wait 60 connection add ${dummy} ipv6.method disabled`, 120);
  await client.ask(has("nm7", "10.9.7.1"), 120);
  await client.ask("until nmcli -t -f DEVICE,STATE device | grep -q nm7:connected; do sleep 1; done", 120);
  await client.ask("nmcli connection delete second; ip link del ens9; ip link del wl8", 120);
}

async function hostKeys(client: Client): Promise<void> {
  const key = await client.ask("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub");
  await client.ask("systemctl start ssh", 120);
  const keys = await client.ask("ssh-keyscan -T 30 127.0.0.1 2>/dev/null", 120);
  expect(keys.split("\n").filter((line) => !line.startsWith("#"))).toEqual([`127.0.0.1 ${key}`]);
  expect(await client.ask("ls /etc/ssh/ssh_host_*key")).toBe("/etc/ssh/ssh_host_ed25519_key");
  await client.ask("systemctl stop ssh", 120);
}

/** The desktop's names, its resolvers and its network. */
export const network: DesktopCheck = {
  conf: `SEARCH_DOMAIN=school.example
DNS_SERVER="192.168.67.1 fd00:67::1"
HOSTS_PRINTER="192.168.67.9 printer.school.example printer"
PRE_INIT_MANAGERS=section_take_the_card`,
  sections,

  async check(client, suite) {
    await names(client, `pc0${suites.indexOf(suite) + 1}`);
    await bootCard(client);
    await otherCards(client);
    await hostKeys(client);
  },
};
