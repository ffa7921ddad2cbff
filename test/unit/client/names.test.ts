import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { fstab } from "../../../client/fstab.ts";
import { hostname, hosts } from "../../../client/hostname.ts";
import { machineId, machineIdOf } from "../../../client/machine-id.ts";
import { resolver } from "../../../client/resolver.ts";
import { clientWith, fileOf } from "./client.ts";

test("the hostname of this MAC's section, and not of another's", () => {
  const client = clientWith("[52:54:00:67:00:01]\nHOSTNAME=pc01\n[52:54:00:67:00:02]\nHOSTNAME=pc02\n");
  hostname(client);
  expect(fileOf(client, "etc/hostname")).toBe("pc01\n");
});

test("/etc/hosts keeps the image's other machines, not the machine the image was made from", () => {
  const image = "127.0.0.1 localhost\n127.0.1.1 template\n::1 localhost\n10.1.1.1 printer\n";
  const client = clientWith("[clients]\nHOSTNAME=pc01\nHOSTS_NAS='10.1.1.2 nas'", { "etc/hosts": image });
  hosts(client);
  const text = fileOf(client, "etc/hosts");
  expect(text).not.toContain("template");
  expect(text).toContain("127.0.1.1\tpc01.lan.example pc01\n");
  expect(text).toContain("192.168.67.1\tserver\n10.1.1.1 printer\n10.1.1.2 nas\n");
});

test("the resolvers are DHCP's, or those of ltsp.conf", () => {
  const dhcp = clientWith("");
  resolver(dhcp);
  expect(fileOf(dhcp, "etc/resolv.conf")).toMatch(/nameserver 192\.168\.67\.1\nsearch lan\.example\n$/);
  const own = clientWith('[clients]\nDNS_SERVER="1.1.1.1 9.9.9.9"\nSEARCH_DOMAIN=school.example\n');
  resolver(own);
  expect(fileOf(own, "etc/resolv.conf")).toMatch(
    /nameserver 1\.1\.1\.1\nnameserver 9\.9\.9\.9\nsearch school\.example\n$/,
  );
});

test("a resolv.conf that leads out of the root is replaced, not followed", () => {
  const client = clientWith("", { "etc/empty": "" });
  symlinkSync("/run/resolvconf/resolv.conf", `${client.root}/etc/resolv.conf`);
  resolver(client);
  expect(fileOf(client, "etc/resolv.conf")).toContain("nameserver 192.168.67.1");
});

test("an image that uses systemd-resolved keeps using it", () => {
  const client = clientWith("", { "usr/lib/systemd/systemd-resolved": "", "etc/empty": "" });
  symlinkSync("../run/systemd/resolve/stub-resolv.conf", `${client.root}/etc/resolv.conf`);
  resolver(client);
  expect(fileOf(client, "etc/systemd/resolved.conf.d/ltsp.conf")).toBe(
    "[Resolve]\nDNS=192.168.67.1\nDomains=lan.example\n",
  );
});

test("/etc/fstab has the lines of ltsp.conf, in order, and none of the template's disks", () => {
  const conf = '[clients]\nFSTAB_B="b:/b /b nfs defaults 0 0"\nFSTAB_A="tmpfs /a tmpfs defaults 0 0"\n';
  const client = clientWith(conf, { "etc/fstab": "UUID=1234 / ext4 defaults 0 1\n" });
  fstab(client);
  expect(fileOf(client, "etc/fstab")).toMatch(
    /^#.*\ntmpfs \/a tmpfs defaults 0 0\nb:\/b \/b nfs defaults 0 0\n$/,
  );
});

test("a machine-id is a client's own, the same at every boot, and a version 4 UUID", () => {
  const client = clientWith("");
  machineId(client);
  const id = fileOf(client, "etc/machine-id").trim();
  expect(id).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  expect(machineIdOf("52:54:00:67:00:01")).toBe(id);
  expect(machineIdOf("52:54:00:67:00:02")).not.toBe(id);
});
