import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sshHostKeys } from "../../../client/ssh-host-keys.ts";
import { clientWith, fileOf } from "./client.ts";

const image = { "usr/sbin/sshd": "", "etc/ssh/sshd_config": "" };
const pc = { product_uuid: "4c4c4544-0034", product_serial: "7XK41N2", board_serial: "/7XK41N2/CN12963/" };

/** The key of a client with these numbers of its firmware, and its warnings. */
function keyOf(numbers: Record<string, string>, mac = "52:54:00:67:00:01", conf = "") {
  const client = clientWith(conf, image, { mac });
  mkdirSync(`${client.root}/dmi`);
  for (const [name, text] of Object.entries(numbers))
    writeFileSync(`${client.root}/dmi/${name}`, `${text}\n`);
  sshHostKeys(client, `${client.root}/dmi`);
  const [, key] = fileOf(client, "etc/ssh/ssh_host_ed25519_key.pub").split(" ");
  return { client, key, warnings: client.warnings };
}

test("a client's key is the same at every boot, and no other client's", () => {
  const { key } = keyOf(pc);
  expect(keyOf(pc).key).toBe(key);
  expect(keyOf(pc, "52:54:00:67:00:02").key).not.toBe(key);
  for (const name of Object.keys(pc)) expect(keyOf({ ...pc, [name]: "8YL52O3" }).key).not.toBe(key);
});

test("what a board's maker left in counts for nothing", () => {
  const none = keyOf({ product_uuid: pc.product_uuid }).key;
  for (const serial of ["To Be Filled By O.E.M.", "Default string", "0", "None", "00000000", "MB-1234567890"])
    expect([serial, keyOf({ product_uuid: pc.product_uuid, board_serial: serial }).key]).toEqual([
      serial,
      none,
    ]);
});

test("only root reads the key, and no key of the image's is left", () => {
  const client = clientWith("", {
    ...image,
    "etc/ssh/ssh_host_rsa_key": "everybody's",
    "etc/ssh/ssh_host_ed25519_key": "",
  });
  sshHostKeys(client, "/nowhere");
  expect(readdirSync(`${client.root}/etc/ssh`).sort()).toEqual([
    "ssh_host_ed25519_key",
    "ssh_host_ed25519_key.pub",
    "sshd_config",
  ]);
  expect(statSync(`${client.root}/etc/ssh/ssh_host_ed25519_key`).mode & 0o777).toBe(0o600);
  expect(readlinkSync(`${client.run}/systemd/system/sshd-keygen.service`)).toBe("/dev/null");
});

test("where ssh is to run and the key is made of nothing secret, the admin is told", () => {
  const kept = '[clients]\nKEEP_SYSTEM_SERVICES="cups ssh"\n';
  const mac = "52:54:00:67:00:01";
  expect(keyOf({}, mac, kept).warnings).toEqual([expect.stringMatching(/ltsp\.conf:2.*no serial number/s)]);
  expect(keyOf(pc, mac, kept).warnings).toEqual([]);
  expect(keyOf({}, mac, "").warnings).toEqual([]);
});

test("an image without sshd gets no key", () => {
  const client = clientWith("");
  sshHostKeys(client, "/nowhere");
  expect(existsSync(`${client.root}/etc/ssh`)).toBe(false);
});
