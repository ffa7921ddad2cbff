import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { binary } from "../../qemu/paths.ts";
import { rootOf, type Suite } from "../../qemu/roots.ts";
import { idsIn } from "../../server/versions/versions.ts";
import { boots, openRoom, type Room } from "./room.ts";
import { bootIfNew } from "./served.ts";

const macs = {
  nfs: "52:54:00:67:02:01",
  nbd: "52:54:00:67:02:02",
  lab: "52:54:00:67:02:03",
  other: "52:54:00:67:02:04",
};
const conf = `
[server]
MENU_TIMEOUT=-1
DEFAULT_IMAGE=bookworm
KERNEL_PARAMETERS="console=ttyS0"
KEEP_IMAGES=1

[${macs.nbd}]
${boots("nbd://192.168.67.1/bookworm")}

[${macs.lab}]
DEFAULT_IMAGE=lab
`;

let room: Room;
beforeAll(async () => {
  room = await openRoom(conf, { images: ["bookworm"] });
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

const ltsp = (...args: string[]) =>
  room.lan.namespace.run([binary, "--conf", join(room.lan.dir, "ltsp.conf"), ...args]);
/** A shell's script that runs a command, kills it after so many seconds, and fails if it fails by itself. */
const killedAfter = 'timeout --signal=KILL "$@"; case $? in 0 | 137) ;; *) exit 1 ;; esac';
const versionsOf = (image: string) => idsIn(join(room.lan.base, "images/versions", image));

it("clients run on with what they booted, while three new versions are published and old ones are removed", {
  timeout: 600_000,
}, async () => {
  const [booted = ""] = versionsOf("bookworm");
  const clients = await Promise.all([macs.nfs, macs.nbd].map((mac) => room.powerOn({ mac, memoryMb: 1024 })));
  await Promise.all(clients.map((client) => client.login(300)));
  for (let time = 0; time < 3; time += 1) await ltsp("image", "--note", `number ${time}`, rootOf("bookworm"));
  const made = versionsOf("bookworm").slice(1);
  expect(made).toHaveLength(3);
  // As if it were a day later.
  const yesterday = new Date(Date.now() - 86_400_000);
  for (const id of versionsOf("bookworm"))
    utimesSync(join(room.lan.base, "images/versions/bookworm", id), yesterday, yesterday);

  const pruned = await ltsp("image", "--prune");
  expect(pruned).toMatch(new RegExp(`Not removed yet: ${booted}, in use by .*(ganesha|nbd-server)`));
  expect(pruned).toContain(`Removed, older than what KEEP_IMAGES keeps: ${made[0]}`);
  expect(versionsOf("bookworm")).toEqual([booted, ...made.slice(1)]);

  // Nothing of it was needed to boot, so all of it is read only now.
  const sums = ["sh", "-c", "cd usr/share/perl && find . -type f | LC_ALL=C sort | xargs cat | sha256sum"];
  const ours = execFileSync(sums[0] ?? "", sums.slice(1), { cwd: rootOf("bookworm"), encoding: "utf8" });
  for (const client of clients) expect(await client.ask(`cd /; ${sums[2]}`, 120)).toBe(ours.trim());
});

it("a client boots whatever moment ltsp image is killed at, and the next run tidies up", {
  timeout: 1_800_000,
}, async () => {
  const make = [binary, "--conf", join(room.lan.dir, "ltsp.conf"), "image", rootOf("bookworm")];
  const start = performance.now();
  await room.lan.namespace.run(make);
  const duration = (performance.now() - start) / 1000;
  const booted = new Set<string>();
  for (let time = 1; time <= 50; time += 1) {
    const seconds = (Math.random() * duration).toFixed(3);
    await room.lan.namespace.run(["sh", "-c", killedAfter, "sh", seconds, ...make]);
    await bootIfNew(room, { image: "bookworm", mac: macs.other }, booted);
  }
  await room.lan.namespace.run(make);
  expect(readdirSync(join(room.lan.base, "images")).sort()).toEqual(["bookworm.img", "versions"]);
  const ids = versionsOf("bookworm");
  expect(readdirSync(join(room.lan.base, "images/versions/bookworm")).sort()).toEqual([...ids, "previous"]);
  expect(await ltsp("image", "--check", "bookworm")).toContain(
    `bookworm ${ids.at(-1)}: all files are as they`,
  );
  // One that was killed before it was published is a version, which clients have not been given.
  const bootDir = readdirSync(join(room.lan.tftp, "ltsp/bookworm")).filter((name) => !ids.includes(name));
  expect(bootDir.sort()).toEqual(["current", "modules-rare.img", "modules.img", "previous", "vmlinuz"]);
});

it("a revert boots the old kernel with the old root, and the menu stays as it is", {
  timeout: 600_000,
}, async () => {
  const release = async () => {
    const client = await room.powerOn({ mac: macs.lab });
    await client.login(240);
    const said = await client.ask(". /etc/os-release; echo $VERSION_ID $(uname -r)");
    await room.allOff();
    return said;
  };
  const make = async (suite: Suite) => {
    const root = join(room.lan.base, "lab");
    rmSync(root, { force: true });
    symlinkSync(rootOf(suite), root);
    await ltsp("image", "lab");
  };
  await make("bookworm");
  await make("trixie");
  await ltsp("ipxe");
  expect(await release()).toMatch(/^13 6\.12\./);
  await ltsp("image", "--revert", "lab");
  expect(await release()).toMatch(/^12 6\.1\./);
});
