import { readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { network } from "../../../client/network.ts";
import { clientWith, fileOf } from "./client.ts";

test("every manager of networks is told to leave the boot's card alone", () => {
  const client = clientWith("");
  network(client);
  expect(fileOf(client, "etc/systemd/network/00-ltsp.network")).toBe(
    "[Match]\nName=eth0\nMACAddress=52:54:00:67:00:01\n\n[Link]\nUnmanaged=yes\n",
  );
  expect(fileOf(client, "etc/NetworkManager/conf.d/zz-ltsp.conf")).toContain(
    "unmanaged-devices+=mac:52:54:00:67:00:01\n",
  );
  expect(fileOf(client, "etc/systemd/network/00-ltsp.link")).toContain("Name=eth0\n");
});

test("ifupdown brings no wired card up, whatever it is called; loopback and Wi-Fi stay", () => {
  const interfaces =
    "auto lo ens3\niface lo inet loopback\nallow-hotplug eth0\niface eth0 inet dhcp\nauto wlan0\n";
  const client = clientWith("", {
    "etc/network/interfaces": interfaces,
    "etc/network/interfaces.d/50-cloud-init": "auto enp0s3\niface enp0s3 inet dhcp\n",
  });
  network(client);
  const active = (path: string) =>
    fileOf(client, path)
      .split("\n")
      .filter((line) => /^(auto|allow)/.test(line));
  expect(active("etc/network/interfaces")).toEqual(["auto lo", "auto wlan0"]);
  expect(active("etc/network/interfaces.d/50-cloud-init")).toEqual([]);
  expect(fileOf(client, "etc/network/interfaces")).toContain("iface eth0 inet dhcp");
});

test("no service waits for a network that is already there", () => {
  const client = clientWith("");
  network(client);
  for (const unit of ["systemd-networkd-wait-online", "NetworkManager-wait-online"])
    expect(readlinkSync(`${client.root}/etc/systemd/system/${unit}.service`)).toBe("/dev/null");
});
