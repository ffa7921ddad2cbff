import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ifupdown } from "../../client/ifupdown.ts";
import { machineId } from "../../client/machine-id.ts";
import { network } from "../../client/network.ts";
import { suites } from "../../qemu/roots.ts";
import { askInNetwork } from "./own-network.ts";
import { debianClient } from "./root.ts";

describe.each(suites)("%s", (suite) => {
  test("NetworkManager leaves the boot's card alone, also where the image says that it has all, and takes the second", () => {
    const client = debianClient(suite);
    const all = "[keyfile]\nunmanaged-devices=none\n[ifupdown]\nmanaged=true\n";
    writeFileSync(`${client.root}/etc/NetworkManager/conf.d/all.conf`, all);
    writeFileSync(`${client.root}/etc/network/interfaces`, "auto eth0\niface eth0 inet dhcp\n");
    network(client);
    const start = "NetworkManager --no-daemon >/dev/null 2>&1 &";
    const devices = "nmcli -t -f DEVICE,STATE device";
    const said = askInNetwork(
      client,
      `${start}\nawait '${devices} | grep ^eth1:connecting'\n${devices}; ip -4 -o address`,
    );
    expect(said.split("\n")).toContain("eth0:unmanaged");
    expect(said).toMatch(/eth0 +inet 192\.168\.67\.20\/24/);
  });

  test("systemd-networkd leaves the boot's card alone, also where the image's files match it, and takes the second", () => {
    const client = debianClient(suite);
    const all = "[Match]\nName=e*\n[Network]\nDHCP=yes\nAddress=10.9.9.1/24\n";
    writeFileSync(`${client.root}/etc/systemd/network/01-all.network`, all);
    machineId(client);
    network(client);
    const start =
      "install -d -o systemd-network /run/systemd/netif /run/systemd/netif/links /run/systemd/netif/leases\n" +
      "/usr/lib/systemd/systemd-networkd >/dev/null 2>&1 &";
    const list = "networkctl --no-legend list | cat";
    const said = askInNetwork(
      client,
      `${start}\nawait 'ip -4 address show eth1 | grep 10.9.9.1'\n${list}; ip -4 -o address`,
    );
    expect(said).toMatch(/ eth0 +ether +routable +unmanaged/);
    expect(said).toMatch(/ eth1 +ether +routable +configur/);
    expect(said).toMatch(/eth0 +inet 192\.168\.67\.20\/24/);
    expect(said).not.toMatch(/eth0 +inet 10\./);
  });

  test("udev and systemd-networkd take our files for the card, before netplan's and the image's", () => {
    const client = debianClient(suite);
    mkdirSync(`${client.root}/etc/netplan`, { recursive: true });
    const netplan = "{version: 2, renderer: networkd, ethernets: {all: {match: {name: '*'}, dhcp4: true}}}";
    writeFileSync(`${client.root}/etc/netplan/all.yaml`, `network: ${netplan}\n`, { mode: 0o600 });
    writeFileSync(
      `${client.root}/etc/systemd/network/01-own.link`,
      "[Match]\nOriginalName=*\n[Link]\nName=x\n",
    );
    network(client);
    client.ask("netplan", "generate");
    const files = client.ask("sh", "-c", "cd / && ls -1 run/systemd/network").split("\n");
    expect(files).toContain("10-netplan-all.network");
    expect(files.filter((name) => name.endsWith(".network"))[0]).toBe("00-ltsp.network");
    const card = "mount -t sysfs sysfs /sys && ip link add eth0 address 52:54:00:67:00:01 type veth";
    const asked = "SYSTEMD_LOG_LEVEL=debug udevadm test-builtin net_setup_link /sys/class/net/eth0";
    const said = client.ask("unshare", "--net", "--mount", "sh", "-c", `${card} && ${asked}`);
    expect(said).toContain("ID_NET_LINK_FILE=/run/systemd/network/00-ltsp.link");
    expect(said).toContain("ID_NET_NAME=eth0");
  });

  test("the services that wait for a network are masked, and systemd makes sense of all our files", () => {
    const client = debianClient(suite);
    network(client);
    ifupdown(client);
    for (const unit of ["systemd-networkd-wait-online", "NetworkManager-wait-online", "ifupdown-wait-online"])
      expect(client.exec("systemctl", "--root=/", "is-enabled", `${unit}.service`).output).toMatch(/^masked/);
    const { output } = client.exec("systemd-analyze", "verify", "--man=no", "networking.service");
    expect(output).not.toMatch(/ltsp/);
  });

  test("ifupdown brings up loopback and what is nobody's business of ours, not the boot's card nor a bridge on it", () => {
    const client = debianClient(suite);
    writeFileSync(
      `${client.root}/etc/network/interfaces`,
      "auto lo eth0 br0 tap7 enp3s0\nallow-hotplug eth0\niface lo inet loopback\niface eth0 inet manual\n" +
        "iface br0 inet manual\n  bridge_ports eth0\niface tap7 inet manual\niface enp3s0 inet manual\nauto /eth*\n",
    );
    ifupdown(client);
    const start =
      "set -a; . /run/ltsp/networking; mkdir -p /run/network; ifup -a --no-act --force --verbose --read-environment";
    const brought = client.ask("sh", "-c", start).matchAll(/configuring interface (\w+)=/g);
    expect([...brought].map(([, name]) => name)).toEqual(["lo", "tap7"]);
    expect(client.exec("systemd-analyze", "verify", "--man=no", "ifup@enp3s0.service").output).not.toMatch(
      /ifup/,
    );
    expect(client.exec("systemctl", "--root=/", "is-enabled", "ifup@eth0.service").output).toMatch(/^masked/);
  });
});
