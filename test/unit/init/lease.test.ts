import { expect, test } from "vitest";
import { leaseOf, prefixLength, staticLease } from "../../../init/lease.ts";

const card = { name: "eth0", mac: "52:54:00:67:00:01" };

test("a lease is what the DHCP server said", () => {
  const options = {
    ip: "192.168.67.20",
    subnet: "255.255.255.0",
    router: "192.168.67.1 192.168.67.2",
    dns: "192.168.67.1 9.9.9.9",
    domain: "lan.example",
    search: "lan.example school.example",
    hostname: "pc20.lan.example",
    siaddr: "192.168.67.3",
    serverid: "192.168.67.1",
  };
  expect(leaseOf(card, new Map(Object.entries(options)))).toEqual({
    card: "eth0",
    mac: "52:54:00:67:00:01",
    address: "192.168.67.20",
    prefixLength: 24,
    gateway: "192.168.67.1",
    dns: ["192.168.67.1", "9.9.9.9"],
    search: ["lan.example", "school.example"],
    hostname: "pc20",
    server: "192.168.67.3",
    renewed: true,
  });
});

test("without a next server, the DHCP server is where the client booted from", () => {
  const lease = leaseOf(
    card,
    new Map([
      ["ip", "10.0.0.5"],
      ["siaddr", "0.0.0.0"],
      ["serverid", "10.0.0.1"],
    ]),
  );
  expect(lease.server).toBe("10.0.0.1");
});

test("what is no address or name is not taken from the network", () => {
  const options = { ip: "10.0.0.5", dns: "10.0.0.1 $(reboot)", domain: "lan;reboot", hostname: "../../etc" };
  expect(leaseOf(card, new Map(Object.entries(options)))).toMatchObject({
    dns: ["10.0.0.1"],
    search: [],
    hostname: undefined,
  });
  expect(() => leaseOf(card, new Map([["ip", "nonsense"]]))).toThrow("no usable address (nonsense)");
});

test("ip= on the command line in the kernel's order", () => {
  const lease = staticLease("10.0.0.5:10.0.0.1:10.0.0.254:255.255.0.0:pc05:eth1:none:10.0.0.2:10.0.0.3");
  expect(lease).toEqual({
    address: "10.0.0.5",
    prefixLength: 16,
    gateway: "10.0.0.254",
    dns: ["10.0.0.2", "10.0.0.3"],
    search: [],
    hostname: "pc05",
    server: "10.0.0.1",
    renewed: false,
  });
});

test.each(["dhcp", "", "on", ":::::eth0:dhcp"])("ip=%s asks for DHCP", (ip) => {
  expect(staticLease(ip)).toBeUndefined();
});

test("an ip= that is neither says how to write it", () => {
  expect(() => staticLease("10.0.0.500")).toThrow(
    '"10.0.0.500" is neither an IPv4 address nor dhcp. Write ip=dhcp',
  );
});

test.each([
  ["255.255.255.0", 24],
  ["255.255.254.0", 23],
  ["255.255.255.255", 32],
  ["0.0.0.0", 0],
])("netmask %s has %i bits", (netmask, bits) => {
  expect(prefixLength(netmask)).toBe(bits);
});

test.each(["255.0.255.0", "255.255.255", "x"])("%s is no netmask", (netmask) => {
  expect(() => prefixLength(netmask)).toThrow(`netmask ${netmask}: that is no netmask`);
});
