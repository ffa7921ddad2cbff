import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Client } from "../../qemu/client.ts";
import type { ClientSpec } from "../../qemu/machine.ts";
import { gptDisk, hibernated, mbrDisk, physicalVolume, raidMember, swap, wholeDisk } from "./disks.ts";
import { boots, openRoom, type Room } from "./room.ts";

const macs = { all: "52:54:00:67:00:61", local: "52:54:00:67:00:62" };

const conf = `
[${macs.all}]
DEFAULT_IMAGE=trixie
${boots("nbd://192.168.67.1/trixie")}
NBD_SWAP=1
FSTAB_NEAR="server:/near /near 9p trans=tcp,noauto"
FSTAB_FAR="10.1.1.1:/far /far 9p trans=tcp,noauto"

[${macs.local}]
DEFAULT_IMAGE=bookworm
KERNEL_PARAMETERS="console=ttyS0"
NBD_SWAP=1
ZRAM_SWAP=0
FSTAB_SWAP="LABEL=gpt2 none swap sw,pri=20 0 0"
FSTAB_GONE="LABEL=gone /gone ext4 x-systemd.device-timeout=5s 0 2"
FSTAB_HOME="server:/home /home nfs"
`;

let room: Room;
beforeAll(async () => {
  room = await openRoom(conf);
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

/** What is, and what must not be, used for swap; the labels say which. */
function disks(name: string): NonNullable<ClientSpec["disks"]> {
  const file = (bus: string) => join(room.lan.dir, `${name}-${bus}`);
  mbrDisk(file("sata"), [swap("mbr"), hibernated("asleep"), raidMember("raid"), physicalVolume("lvm")]);
  gptDisk(file("nvme"), [swap("gpt1"), swap("gpt2")]);
  wholeDisk(file("virtio"), swap("whole"));
  mbrDisk(file("sd-card"), [swap("camera")]);
  mbrDisk(file("usb"), [swap("pocket")]);
  const buses = ["sata", "nvme", "virtio", "sd-card", "usb"] as const;
  return buses.map((bus) => ({ bus, file: file(bus) }));
}

/** The swap in use: the label, or the device where it has none, and the priority. */
async function swapOf(client: Client): Promise<string[]> {
  // The disks are all there, with what must not be used on them.
  await client.ask(
    "until test -b /dev/disk/by-label/pocket -a -b /dev/disk/by-label/camera; do sleep 1; done",
  );
  await client.ask("udevadm settle");
  const state = await client.run("systemctl is-system-running --wait; systemctl --failed --no-legend", 120);
  expect(state).toEqual({ status: 0, output: "running" });
  const types = await client.ask("lsblk --noheadings --raw --output FSTYPE");
  for (const type of ["swsuspend", "linux_raid_member", "LVM2_member"]) expect(types).toContain(type);
  const shown = await client.ask("swapon --show=NAME,PRIO,LABEL --noheadings --raw");
  return shown
    .split("\n")
    .map((line) => line.split(" "))
    .map(([name, priority, label]) => `${label || name} ${priority}`)
    .sort();
}

/** Switches it off while swap is in use, and expects it to be off in time. */
async function powerOff(client: Client): Promise<void> {
  const from = client.console.lines.length;
  client.type("systemctl poweroff\n");
  expect(await client.waitOff(120)).toBe("powered off");
  expect(client.console.text(from)).not.toMatch(
    /stop job is running|Timed out|Failed to (unmount|deactivate)/i,
  );
}

it("swaps to RAM, then to local disks' partitions that hold nothing else, then to the server", {
  timeout: 600_000,
}, async () => {
  const client = await room.powerOn({ mac: macs.all, disks: disks("all") });
  await client.login(240);
  expect(await swapOf(client)).toEqual(
    ["/dev/zram0 100", "gpt1 10", "gpt2 10", "mbr 10", "whole 10", "/dev/nbd1 -2"].sort(),
  );
  expect(await client.ask("cat /sys/block/zram0/comp_algorithm")).toContain("[zstd]");

  // Only what may come through another card waits for what brings cards up.
  expect(await client.ask("systemctl show --property=After --value near.mount")).not.toContain("network");
  expect(await client.ask("systemctl show --property=After --value far.mount")).toContain("network.target");

  // With the others off, what does not fit into RAM goes to the server.
  await client.ask("for swap in $(swapon --show=NAME --noheadings | grep -v nbd); do swapoff $swap; done");
  const fill = "awk '/^MemAvailable/ { print int($2 / 1024) + 100 }' /proc/meminfo";
  await client.ask(`mkdir /filled && mount -t tmpfs -o size=95% tmpfs /filled`);
  await client.ask(`head -c $(${fill})M /dev/urandom >/filled/random`, 300);
  expect(Number(await client.ask("awk '/nbd1/ { print $4 }' /proc/swaps"))).toBeGreaterThan(10_000);
  await powerOff(client);
});

it("boots on when there is no export for swap, no disk and no helper for lines of fstab, and says so", {
  timeout: 600_000,
}, async () => {
  const file = join(room.lan.dir, "nbd-server.conf");
  await room.servers.nbd.stop();
  writeFileSync(file, readFileSync(file, "utf8").replace("[swap]", "[other]"));
  await room.servers.nbd.start();
  const client = await room.powerOn({ mac: macs.local, disks: disks("local") });
  await client.login(240);
  expect(await swapOf(client)).toEqual(["gpt1 10", "gpt2 20", "mbr 10", "whole 10"]);
  const log = await client.ask("cat /run/ltsp/boot.log");
  expect(log).toMatch(/ltsp\.conf:\d+:.*no swap over NBD: .*has no export "swap"/);
  expect(log).toMatch(/\/home is not mounted: the image has no mount\.nfs/);
  // A disk that FSTAB_x names and that is not there ends in no emergency shell.
  expect((await client.run("findmnt /gone")).status).not.toBe(0);
  expect(log).toContain("\n    [swap]\n    exportname = ");
  await powerOff(client);
});
