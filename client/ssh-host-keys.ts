import { createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import type { Client } from "./facts.ts";
import { filesIn, link, readText, writeText } from "./files.ts";

/** Numbers that only root can read on a running Linux, so that no user of the client can make its key. */
const serials = ["product_serial", "board_serial", "chassis_serial"];

/** What a board's maker left in: "To Be Filled By O.E.M.", "Default string", "None", "0", "System Serial Number". */
function isPlaceholder(text: string): boolean {
  const few = new Set(text.replace(/\W/g, "").toLowerCase()).size < 4;
  return (
    few || !/\d/.test(text) || /1234567|serial|string|o\.?e\.?m|filled|specified|invalid|number/i.test(text)
  );
}

/** What the machine's firmware says of it, without placeholders: "" for a serial number that it has not. */
function numbers(dmi: string): { uuid: string; serials: string[] } {
  const read = (name: string) => readText(`${dmi}/${name}`).trim();
  const own = serials.map(read).map((serial) => (isPlaceholder(serial) ? "" : serial));
  return { uuid: read("product_uuid").toLowerCase(), serials: own };
}

/**
 * An ssh host key of the client's own, the same at every boot: Ed25519, made on the client of its serial numbers, UUID
 * and MAC address by HKDF-SHA256. Nothing of it is stored or sent. A random key would be another one at every boot;
 * one that the server makes would come over TFTP in ltsp.img, where everybody can read it.
 *
 * Its secrecy is that of the serial numbers, which the PC sends nowhere and shows to root alone: who reads them off its
 * label, or guesses them (makers number in sequence, and a public key tells whether a guess is right), and knows UUID
 * and MAC, which go over the network at every PXE boot, can make the key too. It tells clients apart for people who
 * log in to them; it does not withstand somebody who has had the PC in hand. `dmi` is where the firmware's numbers are.
 */
export function sshHostKeys(client: Client, dmi = "/sys/class/dmi/id"): void {
  const { root, run, lease, hostname } = client;
  if (!existsSync(`${root}/usr/sbin/sshd`)) return;
  const directory = `${root}/etc/ssh`;
  // Keys that came with the image are known to everybody who can read the image.
  for (const name of filesIn(directory).filter((name) => name.startsWith("ssh_host_")))
    rmSync(`${directory}/${name}`);
  // Debian's and Raspberry Pi OS's services that make random keys where there are none, at every boot.
  for (const name of ["sshd-keygen", "regenerate_ssh_host_keys"])
    link("/dev/null", `${run}/systemd/system/${name}.service`);
  const machine = numbers(dmi);
  warnIfPublic(client, machine.serials);
  const seed = hkdfSync(
    "sha256",
    [...machine.serials, machine.uuid, lease.mac].join("\n"),
    "",
    "ltsp ssh host key",
    32,
  );
  const { privateFile, publicLine } = openssh(Buffer.from(seed), `root@${hostname}`);
  writeText(`${directory}/ssh_host_ed25519_key`, privateFile, 0o600);
  writeText(`${directory}/ssh_host_ed25519_key.pub`, publicLine);
}

/** Where ssh is to run and the key rests on nothing but what the PC sends over the network, the admin must know. */
function warnIfPublic({ settings, warn }: Client, serials: readonly string[]): void {
  const kept = settings.words("KEEP_SYSTEM_SERVICES");
  if (serials.some((serial) => serial !== "") || !kept.some((unit) => /^sshd?(\.\w+)?$/.test(unit))) return;
  warn(
    settings.failure(
      "KEEP_SYSTEM_SERVICES",
      "this PC has no serial number, so its ssh host key can be made by anybody who hears it boot",
      'For a key that nobody can make, another one at every boot: POST_INIT_SSH="rm -f /etc/ssh/ssh_host_*; ssh-keygen -A".',
    ),
  );
}

/** An Ed25519 private key in PKCS #8 is this and its seed (RFC 8410). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The two files of a key, as OpenSSH's PROTOCOL.key and RFC 8709 describe them. */
function openssh(seed: Buffer, comment: string): { privateFile: string; publicLine: string } {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
  // The key itself is the last 32 bytes of its SubjectPublicKeyInfo (RFC 8410).
  const point = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  const type = string("ssh-ed25519");
  const publicKey = Buffer.concat([type, string(point)]);
  // The two equal numbers tell ssh whether it decrypted right; here nothing is encrypted.
  const check = Buffer.alloc(8);
  const pair = Buffer.concat([check, publicKey, string(Buffer.concat([seed, point])), string(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (pair.length % 8)) % 8 }, (_, index) => index + 1));
  const whole = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...[string("none"), string("none"), string("")],
    Buffer.from([0, 0, 0, 1]),
    string(publicKey),
    string(Buffer.concat([pair, padding])),
  ]);
  const lines = whole.toString("base64").replace(/.{70}(?=.)/g, "$&\n");
  return {
    privateFile: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicLine: `ssh-ed25519 ${publicKey.toString("base64")} ${comment}\n`,
  };
}

/** A string of the ssh protocol: its length in four bytes, and itself. */
function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
