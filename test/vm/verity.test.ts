import { statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Client } from "../../qemu/client.ts";
import { binary } from "../../qemu/paths.ts";
import { addVersion, changeByte, plant } from "./add-version.ts";
import { boots, openRoom, type Room } from "./room.ts";

const server = "192.168.67.1";
const mac = (last: string) => `52:54:00:67:01:${last}`;

const whole = [
  { name: "Debian 12 over NFS", mac: mac("01"), image: "lab12", conf: "DEFAULT_IMAGE=lab12", below: "loop0" },
  {
    name: "Debian 13 over NBD",
    mac: mac("02"),
    image: "lab13",
    conf: `DEFAULT_IMAGE=lab13\n${boots(`nbd://${server}/lab13`)}`,
    below: "nbd0",
  },
  {
    name: "Debian 12 over NBD into RAM",
    mac: mac("03"),
    image: "lab12",
    conf: `DEFAULT_IMAGE=lab12\nIMAGE_TO_RAM=1\n${boots(`nbd://${server}/lab12`)}`,
    below: "loop0",
  },
];

/** Clients that must say what is wrong, and not boot. */
const refused = [
  {
    name: "a changed byte that nothing else would have noticed",
    mac: mac("11"),
    conf: "DEFAULT_IMAGE=early",
    says: /versions\/early\/\S+: the image is damaged: block 0 is not .*On the server: ltsp image --check early/,
  },
  {
    name: "a changed byte that a hook reads",
    mac: mac("12"),
    conf: 'DEFAULT_IMAGE=late\nPOST_INIT_READ="cat /planted >/dev/null"',
    says: /handoff: .*versions\/late\/\S+: the image is damaged: block \d+ is not .*On the server: ltsp image --check late/,
  },
  {
    name: "a hash tree that is not all there",
    mac: mac("13"),
    conf: "DEFAULT_IMAGE=cut",
    says: /versions\/cut\/\S+: the image is cut short: [\d.]+ MiB of [\d.]+ MiB are there/,
  },
  {
    name: "another image than its boot files are of",
    mac: mac("14"),
    // A directory's name alone is not the image's.
    conf: `DEFAULT_IMAGE=lab12\n${boots(`nfs://${server}/srv/ltsp/old/lab12.img`)}`,
    says: /lab12\.img: it is not the version \S+ of lab12 that this client's boot files are of/,
  },
];

const late = mac("21");

const conf = [...whole, ...refused, { mac: late, conf: "DEFAULT_IMAGE=late" }]
  .map(({ mac, conf }) => `[${mac}]\n${conf}\n`)
  .join("\n");

let room: Room;
beforeAll(async () => {
  room = await openRoom(conf, {
    async spoil(lan) {
      await addVersion(lan, "lab12", "bookworm", plant);
      await addVersion(lan, "lab13", "trixie", plant);
      changeByte(await addVersion(lan, "early", "bookworm"), "superblock");
      changeByte(await addVersion(lan, "late", "bookworm", plant), "planted");
      const cut = await addVersion(lan, "cut", "bookworm");
      truncateSync(cut.root, statSync(cut.root).size - 4096);
      await lan.namespace.run([binary, "--conf", join(lan.dir, "ltsp.conf"), "ipxe"]);
      await lan.namespace.run(["mkdir", "/srv/ltsp/old"]);
      await lan.namespace.run(["cp", "/srv/ltsp/images/late.img", "/srv/ltsp/old/lab12.img"]);
    },
  });
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

/** The root's device is dm-verity's, over this one. */
async function checkedRoot(client: Client, below: string): Promise<void> {
  expect(await client.ask("cat /sys/block/dm-0/dm/name; ls /sys/block/dm-0/slaves")).toBe(
    `ltsp-image\n${below}`,
  );
  expect((await client.run("grep -c '^squashfs [0-9]* 1 ' /proc/modules")).output).toBe("1");
}

it.each(whole)(
  "$name: the image is read through dm-verity, and the client goes off cleanly",
  {
    timeout: 400_000,
  },
  async ({ mac, image, below }) => {
    const client = await room.powerOn({ mac });
    await client.login(240);
    await checkedRoot(client, below);
    expect(await client.ask("cat /run/ltsp/boot.log")).toContain(`/${image}`);
    expect(await client.ask("grep ^root: /run/ltsp/boot.log")).toMatch(/version \S+, checked as it is read/);
    expect(await client.ask("systemctl is-system-running --wait", 120)).toBe("running");
    await client.ask(
      "find /usr/bin /usr/lib/systemd /usr/share/doc /planted -type f -exec md5sum {} + >/run/sums",
      300,
    );
    expect(Number(await client.ask("wc -l </run/sums"))).toBeGreaterThan(500);
    expect((await client.run("dmesg | grep -iE 'I/O error|SQUASHFS error|corrupted'")).output).toBe("");

    const from = client.console.lines.length;
    client.type("systemctl poweroff\n");
    expect(await client.waitOff(120)).toBe("powered off");
    expect(client.console.text(from)).not.toMatch(/stop job is running|Timed out|Failed to unmount/i);
  },
);

it.each(refused)(
  "$name: the console says it, and what to do",
  { timeout: 400_000 },
  async ({ mac, says }) => {
    const client = await room.powerOn({ mac });
    await client.waitFor(says, 240);
    await client.waitFor(/This PC starts again in/, 60);
  },
);

it("a changed byte in a file that is read later is an I/O error, and a line on the console; the client goes on", {
  timeout: 400_000,
}, async () => {
  const client = await room.powerOn({ mac: late });
  await client.login(240);
  await checkedRoot(client, "loop0");
  expect(await client.ask("systemctl is-system-running --wait", 120)).toBe("running");

  // The test's shell has silenced the console; this is its level on a PC that boots quietly.
  await client.ask("dmesg -n 4");
  const read = await client.run("cat /planted >/dev/null");
  expect(read).toEqual({ status: 1, output: expect.stringContaining("Input/output error") });
  const line =
    /ltsp: .*versions\/late\/\S+: the image is damaged: block \d+ .*On the server: ltsp image --check late/;
  await client.waitFor(line, 30);

  // It is told once a minute, however often it is read.
  await client.run("cat /planted /planted >/dev/null; udevadm settle");
  expect(client.console.text().match(new RegExp(line, "g"))).toHaveLength(1);
  expect(await client.ask("md5sum /usr/bin/* | wc -l")).toMatch(/^\d{3}/);
});
