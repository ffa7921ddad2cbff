import { readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { hostname, hosts } from "../../../client/hostname.ts";
import { machineId, machineIdOf } from "../../../client/machine-id.ts";
import { clientWith, fileOf } from "./client.ts";

test("the hostname of this MAC's section, and not of another's", () => {
  const client = clientWith("[52:54:00:67:00:01]\nHOSTNAME=pc01\n[52:54:00:67:00:02]\nHOSTNAME=pc02\n");
  hostname(client);
  expect(fileOf(client, "etc/hostname")).toBe("pc01\n");
});

test("hostnamectl does not show the pretty name of the machine that the image was made from", () => {
  const info = 'PRETTY_HOSTNAME="The template"\nCHASSIS=desktop\n';
  const client = clientWith("[clients]\nHOSTNAME=pc01", { "etc/machine-info": info });
  hostname(client);
  expect(fileOf(client, "etc/machine-info")).toBe("CHASSIS=desktop\n");
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

test("names that the image's /etc/hosts blocks stay blocked", () => {
  const image = "127.0.0.1 localhost\n127.0.0.1 games.example\n";
  const client = clientWith("", { "etc/hosts": image });
  hosts(client);
  expect(fileOf(client, "etc/hosts")).toContain("127.0.0.1 games.example\n");
});

test("a line of HOSTS_x that is none is left out, and told; the others stay", () => {
  const client = clientWith(
    `[clients]\nHOSTS_1="10.1.1.2 nas\n# a comment\nprinter 10.1.1.3"\nHOSTS_2="fd00::2 six"\n`,
  );
  hosts(client);
  expect(fileOf(client, "etc/hosts")).toMatch(/\n10\.1\.1\.2 nas\n# a comment\nfd00::2 six\n$/);
  expect(client.warnings).toEqual([
    expect.stringMatching(/ltsp\.conf:2.*HOSTS_1.*"printer" is no IP address/s),
  ]);
});

test("a machine-id is a client's own, the same at every boot, and a version 4 UUID", () => {
  const client = clientWith("");
  machineId(client);
  const id = fileOf(client, "etc/machine-id").trim();
  expect(id).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  expect(machineIdOf("52:54:00:67:00:01")).toBe(id);
  expect(machineIdOf("52:54:00:67:00:02")).not.toBe(id);
});

test("D-Bus's machine-id is the same", () => {
  const client = clientWith("", { "var/lib/dbus/machine-id": "0123456789abcdef0123456789abcdef\n" });
  machineId(client);
  expect(readlinkSync(`${client.root}/var/lib/dbus/machine-id`)).toBe("/etc/machine-id");
});
