import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureExtended } from "../../qemu/roots.ts";
import { boots, openRoom, type Room } from "./room.ts";

const mac = "52:54:00:67:00:41";

/** All four, each configured to take every wired card for itself, as an image of a server would be. */
const conf = `
[${mac}]
HOSTNAME=managed
${boots("nfs://192.168.67.1/srv/roots/bookworm-managers/")}
PRE_INIT_MANAGERS=section_take_the_card

[take_the_card]
cat >/etc/network/interfaces <<EOF
auto lo eth0
iface lo inet loopback
iface eth0 inet dhcp
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
EOF
systemctl enable systemd-networkd NetworkManager networking
`;

let room: Room;
beforeAll(async () => {
  const packages = ["network-manager", "ifupdown", "netplan.io"];
  await ensureExtended("bookworm-managers", packages, (what) => process.stdout.write(`${what}\n`));
  room = await openRoom(conf);
});
afterAll(() => room?.close());

it("NetworkManager, networkd, netplan and ifupdown all leave the card alone that the root comes through", {
  timeout: 600_000,
}, async () => {
  const client = await room.powerOn({ mac });
  await client.login(400);
  expect(await client.run("systemctl is-system-running --wait; systemctl --failed --no-legend", 240)).toEqual(
    {
      status: 0,
      output: "running",
    },
  );
  const address = await client.ask("ip -4 -o addr show dev eth0");
  await client.ask("systemctl restart systemd-networkd NetworkManager networking", 120);

  expect(await client.ask("ip -4 -o addr show dev eth0")).toBe(address);
  expect(await client.ask("nmcli -t -f DEVICE,STATE device")).toContain("eth0:unmanaged");
  expect(await client.ask("networkctl --no-legend list eth0")).toMatch(/routable +unmanaged/);
  expect(await client.ask("ifquery --state")).not.toContain("eth0");
  // And the lease is renewed, by the one who is to do so.
  const own = /inet ([\d.]+)/.exec(address)?.[1];
  expect(await client.ask("journalctl -u ltsp-lease")).toContain(`lease of ${own} obtained`);
});
