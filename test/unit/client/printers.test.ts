import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { printers } from "../../../client/printers.ts";
import { clientWith, fileOf } from "./client.ts";

const library = { "usr/lib/x86_64-linux-gnu/libcups.so.2": "" };

test.each([
  ["", "192.168.67.1"],
  ["[clients]\nSERVER=10.0.0.1", "10.0.0.1"],
  ["[clients]\nCUPS_SERVER=printserver", "printserver"],
  ["[clients]\nCUPS_SERVER=printserver:8631/version=1.1", "printserver:8631/version=1.1"],
  ["[clients]\nCUPS_SERVER=fd00::1", "[fd00::1]"],
  ["[clients]\nCUPS_SERVER=[fd00::1]:631", "[fd00::1]:631"],
])("with %j in ltsp.conf programs print through %s", (conf, server) => {
  const client = clientWith(conf, library);
  printers(client);
  expect(fileOf(client, "etc/cups/client.conf")).toBe(`ServerName ${server}\n`);
  expect(client.warnings).toEqual([]);
});

test("the image's other lines of client.conf stay", () => {
  const image = "Encryption Required\nServerName template\nUser printing\n";
  const client = clientWith("[clients]\nCUPS_SERVER=printserver", { "etc/cups/client.conf": image });
  printers(client);
  expect(fileOf(client, "etc/cups/client.conf")).toBe(
    "Encryption Required\nUser printing\nServerName printserver\n",
  );
});

test("localhost takes the image's ServerName away, ignore leaves it", () => {
  const image = { "etc/cups/client.conf": "ServerName template\n", "usr/sbin/cupsd": "" };
  const local = clientWith("[clients]\nCUPS_SERVER=localhost", image);
  printers(local);
  expect(fileOf(local, "etc/cups/client.conf")).toBe("");
  expect(local.warnings).toEqual([]);
  const ignored = clientWith("[clients]\nCUPS_SERVER=ignore", image);
  printers(ignored);
  expect(fileOf(ignored, "etc/cups/client.conf")).toBe("ServerName template\n");
});

test("an image without CUPS: nothing is written, and only who asked for a server is told", () => {
  const silent = clientWith("");
  printers(silent);
  expect(existsSync(`${silent.root}/etc/cups`)).toBe(false);
  expect(silent.warnings).toEqual([]);
  const asked = clientWith("[clients]\nCUPS_SERVER=printserver");
  printers(asked);
  expect(existsSync(`${asked.root}/etc/cups`)).toBe(false);
  expect(asked.warnings.join()).toMatch(/ltsp\.conf:2:.*no CUPS/);
});

test.each([
  ["localhost", /no CUPS server of its own/],
  ["a b", /"a b" is no host/],
])("CUPS_SERVER=%s cannot be done, which is a warning", (value, why) => {
  const client = clientWith(`[clients]\nCUPS_SERVER='${value}'`, library);
  printers(client);
  expect(client.warnings.join()).toMatch(why);
});
