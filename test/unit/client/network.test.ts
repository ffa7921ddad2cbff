import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { ifupdown } from "../../../client/ifupdown.ts";
import { network } from "../../../client/network.ts";
import { clientWith, fileOf } from "./client.ts";

test("every manager of networks is told to leave the boot's card alone", () => {
  const client = clientWith("");
  network(client);
  expect(fileOf(client, "run/systemd/network/00-ltsp.network")).toBe(
    "[Match]\nName=eth0\nMACAddress=52:54:00:67:00:01\n\n[Link]\nUnmanaged=yes\n",
  );
  expect(fileOf(client, "run/NetworkManager/conf.d/zz-ltsp.conf")).toContain(
    "unmanaged-devices+=mac:52:54:00:67:00:01;interface-name:=eth0\n",
  );
  expect(fileOf(client, "run/systemd/network/00-ltsp.link")).toContain("Name=eth0\n");
});

test("all of it is below /run, for a root that is shared", () => {
  const client = clientWith("", { "etc/network/interfaces": "auto eth0\niface eth0 inet dhcp\n" });
  network(client);
  ifupdown(client);
  expect(readdirSync(client.root).sort()).toEqual(["etc", "run"]);
  expect(readdirSync(`${client.root}/etc/network`)).toEqual(["interfaces"]);
  expect(fileOf(client, "etc/network/interfaces")).toBe("auto eth0\niface eth0 inet dhcp\n");
});

test("dhcpcd and ConnMan see files of ours that deny them the card", () => {
  const client = clientWith("", {
    "etc/dhcpcd.conf": "duid\ninterface eth0\nstatic ip_address=10.0.0.1/24\n",
    "etc/connman/main.conf": "[General]\nNetworkInterfaceBlacklist=vmnet,tap\n[Other]\n",
  });
  network(client);
  expect(fileOf(client, "run/ltsp/dhcpcd.service.conf")).toMatch(/^denyinterfaces eth0\nduid\n/);
  expect(fileOf(client, "run/systemd/system/dhcpcd.service.d/ltsp.conf")).toBe(
    "[Service]\nBindReadOnlyPaths=/run/ltsp/dhcpcd.service.conf:/etc/dhcpcd.conf\n",
  );
  expect(fileOf(client, "run/ltsp/connman.service.conf")).toMatch(
    /\[Other\]\n\[General\]\nNetworkInterfaceBlacklist=vmnet,tap,eth0\n$/,
  );
});

test("no service waits for a network that is already there", () => {
  const client = clientWith("");
  network(client);
  for (const unit of ["systemd-networkd-wait-online", "NetworkManager-wait-online", "ifupdown-wait-online"])
    expect(readlinkSync(`${client.run}/systemd/system/${unit}.service`)).toBe("/dev/null");
});

const excluded = (interfaces: string, more: Record<string, string> = {}) => {
  const client = clientWith("", { "etc/network/interfaces": interfaces, ...more });
  ifupdown(client);
  const [, list = ""] = /^EXCLUDE_INTERFACES="(.*)"\n$/.exec(fileOf(client, "run/ltsp/networking")) ?? [];
  return { client, list: list.split(" ") };
};

test("ifupdown's own list of what it leaves alone has the boot's card, and what the image had in it", () => {
  const { client, list } = excluded("auto lo\n", { "etc/default/networking": 'EXCLUDE_INTERFACES="tap0"\n' });
  expect(list).toEqual(["tap0", "eth0", "eth0:*", "eth0.*"]);
  expect(readlinkSync(`${client.run}/systemd/system/ifup@eth0.service`)).toBe("/dev/null");
});

test("a bridge or VLAN on a wired card stays down, whatever the card was called; a bridge without stays", () => {
  const { list } = excluded(
    "auto br0 br1 lxcbr0 enp3s0.10\niface br0 inet dhcp\n\tbridge_ports enp3s0\n" +
      "iface br1 inet dhcp\n  bridge_ports all\niface lxcbr0 inet static\n  bridge_ports none\n",
  );
  expect(list).toEqual(["eth0", "eth0:*", "eth0.*", "br0", "br1", "enp3s0.10"]);
});

test("other cards do not hold up the boot, and come up when they are there", () => {
  const { client, list } = excluded("auto lo enp3s0\niface enp3s0 inet dhcp\nallow-hotplug enp5s0\n", {
    "etc/network/interfaces.d/wifi": "auto wlan0\n",
  });
  expect(list).toEqual(["eth0", "eth0:*", "eth0.*", "enp3s0", "wlan0"]);
  const wants = `${client.run}/systemd/system/sys-subsystem-net-devices-enp3s0.device.wants`;
  expect(readdirSync(wants)).toEqual(["ifup@enp3s0.service"]);
});

test("an image without ifupdown gets nothing for it", () => {
  const client = clientWith("");
  ifupdown(client);
  expect(existsSync(client.run)).toBe(false);
});
