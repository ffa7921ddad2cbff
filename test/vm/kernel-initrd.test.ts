import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { binary } from "../../qemu/paths.ts";
import { ensureExtended, inRoot } from "../../qemu/roots.ts";
import { openRoom, type Room } from "./room.ts";

/** Debian 12 with the initrd that its own tools make, with the driver of a device that a netboot can do without, and an option for another one. */
async function rootWithInitrd(): Promise<string> {
  return ensureExtended("bookworm-initrd", ["initramfs-tools"], console.log, async (tree) => {
    writeFileSync(join(tree, "etc/initramfs-tools/modules"), "virtio_rng\n");
    writeFileSync(join(tree, "etc/modprobe.d/school.conf"), "options overlay redirect_max=77\n");
    for (const kernel of readdirSync(join(tree, "lib/modules")))
      await inRoot(tree, ["update-initramfs", "-c", "-k", kernel]);
  });
}

const conf = `
[server]
OMIT_FUNCTIONS="accounts root-password"
KERNEL_INITRD="boot/vmlinuz-* s|vmlinuz|initrd.img|"
DEFAULT_IMAGE=bookworm-initrd
MENU_TIMEOUT=-1
KERNEL_PARAMETERS="console=ttyS0"

[clients]
POST_INIT_SEEN="ls -d /sys/module/virtio_rng >/etc/seen; cat /sys/module/overlay/parameters/redirect_max >>/etc/seen"
`;

let room: Room;
beforeAll(async () => {
  const root = await rootWithInitrd();
  room = await openRoom(conf, {
    images: ["bookworm"],
    spoil: async (lan) => {
      const ltsp = (...args: string[]) =>
        lan.namespace.run([binary, "--conf", `${lan.dir}/ltsp.conf`, ...args]);
      await ltsp("image", root, "--compression=fast");
      await ltsp("ipxe");
    },
  });
}, 900_000);
afterAll(() => room?.close());

it("a client loads the modules of its distribution's initrd before the root is there, with that one's options", {
  timeout: 400_000,
}, async () => {
  const client = await room.powerOn({ mac: "52:54:00:67:00:b5" });
  await client.login(240);
  expect(await client.ask("systemctl is-system-running --wait", 120)).toBe("running");
  expect(await client.ask("grep -o 'images/[^ ]*' /proc/cmdline")).toBe("images/bookworm-initrd.img");
  expect(await client.ask("cat /etc/seen")).toBe("/sys/module/virtio_rng\n77");
  expect(await client.ask("cat /run/ltsp/boot.log")).not.toMatch(/warning/i);
});
