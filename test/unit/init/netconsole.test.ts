import { expect, test } from "vitest";
import { macOf, nextHop } from "../../../init/netconsole.ts";

const lease = { address: "10.1.2.20", prefixLength: 23, gateway: "10.1.2.1" };

test.each([
  { target: "10.1.3.77", hop: "10.1.3.77" },
  { target: "10.1.4.77", hop: "10.1.2.1" },
  { target: "192.168.67.1", hop: "10.1.2.1" },
])("what is for $target goes to $hop", ({ target, hop }) => {
  expect(nextHop(target, lease)).toBe(hop);
});

test("a neighbour's MAC address is known once it has answered", () => {
  const arp = `IP address       HW type     Flags       HW address            Mask     Device
10.1.2.1         0x1         0x2         52:54:00:12:34:56     *        eth0
10.1.2.10        0x1         0x0         00:00:00:00:00:00     *        eth0
`;
  expect(macOf(arp, "10.1.2.1")).toBe("52:54:00:12:34:56");
  expect(macOf(arp, "10.1.2.10")).toBeUndefined();
  expect(macOf(arp, "10.1.2.100")).toBeUndefined();
});
