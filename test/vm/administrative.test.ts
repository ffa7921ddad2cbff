import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { command } from "../../qemu/command.ts";
import { rootOf } from "../../qemu/roots.ts";
import { boots, openRoom, type Room } from "./room.ts";

const writer = "52:54:00:67:00:73";
const reader = "52:54:00:67:00:74";
const server = "192.168.67.1";

const conf = `
[clients]
ADMINISTRATIVE_CLIENT=1
HOSTNAME=admin
HOSTS_NAS="192.168.67.9 nas"
FSTAB_SCRATCH="tmpfs /scratch tmpfs size=5m,x-mount.mkdir 0 0"

[${writer}]
${boots(`nfs://${server}/srv/writable/`)}

[${reader}]
${boots(`nfs://${server}/srv/roots/bookworm/`)}
IMAGE_TO_RAM=1
`;

let room: Room;
/** /etc of the shared root: the files, and what is in them. */
const etc = () =>
  command(["sh", "-c", 'cd "$0" && find . -type f | sort | xargs md5sum', `${room.lan.writable}/etc`]);

beforeAll(async () => {
  room = await openRoom(conf, {
    images: ["bookworm"],
    spoil: async ({ writable }) => {
      await command(["cp", "--archive", `${rootOf("bookworm")}/.`, writable]);
      await command(["chroot", writable, "passwd", "-d", "root"]);
    },
  });
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

const packageOf = [
  "mkdir -p /tmp/tool/DEBIAN /tmp/tool/usr/bin",
  "printf 'Package: tool\\nVersion: 1\\nArchitecture: all\\nMaintainer: me <me@example.com>\\nDescription: tool\\n' >/tmp/tool/DEBIAN/control",
  "echo hello >/tmp/tool/usr/bin/tool",
  "dpkg-deb -b /tmp/tool /tmp/tool.deb",
];

it("ADMINISTRATIVE_CLIENT: what is changed there is changed on the server, and nothing else of ours is", async () => {
  const before = await etc();
  const client = await room.powerOn({ mac: writer });
  await client.login(240);
  expect(await client.ask("findmnt -no FSTYPE,OPTIONS /")).toMatch(/^nfs\S* +rw,/);
  expect(
    (await client.run("systemctl is-system-running --wait; systemctl --failed --no-legend", 120)).output,
  ).toBe("running");
  expect(await client.ask("systemctl is-active ltsp-lease.service")).toBe("active");
  expect(await client.ask("cat /run/ltsp/boot.log")).toMatch(
    /configure: .*network, .*lease.*; no other setting and no hook/,
  );

  await client.ask("echo by admin >/etc/made-by-admin");
  await client.ask(packageOf.join(" && "), 120);
  await client.ask("dpkg -i /tmp/tool.deb && dpkg --audit", 240);
  client.type("systemctl poweroff\n");
  expect(await client.waitOff(120)).toBe("powered off");

  expect(await readFile(join(room.lan.writable, "etc/made-by-admin"), "utf8")).toBe("by admin\n");
  expect(await readFile(join(room.lan.writable, "usr/bin/tool"), "utf8")).toBe("hello\n");
  expect(await command(["chroot", room.lan.writable, "dpkg-query", "--show", "tool"])).toBe("tool	1");
  const [was, is] = [before, await etc()].map((text) => text.split("\n"));
  const changed = (is ?? []).filter((line) => !was?.includes(line)).map((line) => line.split("  ")[1]);
  expect(changed.filter((file) => !ofSystemd.has(file ?? ""))).toEqual(["./made-by-admin"]);
}, 400_000);

/** What systemd itself leaves in a root that it boots for the first time. */
const ofSystemd = new Set(["./machine-id", "./.updated", "./.pwd.lock", "./ld.so.cache"]);

it("an export that is read-only, and a root that cannot be in RAM, are warnings, and the boot goes on", async () => {
  const client = await room.powerOn({ mac: reader });
  await client.login(240);
  expect(await client.ask("findmnt -no FSTYPE /; hostname")).toBe("overlay\nadmin");
  const log = await client.ask("cat /run/ltsp/boot.log");
  expect(log).toMatch(
    /ltsp\.conf:4:1: .*\/srv\/roots\/bookworm\/ cannot be written to \(EROFS\).*no_root_squash/,
  );
  expect(log).toMatch(/ltsp\.conf:\d+:1: .*\/srv\/roots\/bookworm\/ is a directory, .* IMAGE_TO_RAM=0/);
}, 400_000);
