import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Lan } from "../../qemu/lan.ts";
import { binary } from "../../qemu/paths.ts";
import { ensureExtended, rootOf } from "../../qemu/roots.ts";
import { mbr } from "../mbr.ts";
import { planted, secretOf } from "../planted-secrets.ts";
import { openRoom, type Room } from "./room.ts";

const MIB = 2 ** 20;
const scratch = mkdtempSync(join(tmpdir(), "ltsp-sources-"));
const at = (name: string) => join(scratch, name);

function must(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** A root as it is after some years of use: with people, keys and passwords in all places. */
function used(root: string, name: string): string {
  const [upper, work] = [at(`${name}.upper`), at(`${name}.work`)];
  for (const directory of [upper, work, at(name)]) mkdirSync(directory);
  const layers = `lowerdir=${root},upperdir=${upper},workdir=${work}`;
  must("mount", "-t", "overlay", "ltsp-test", "-o", layers, at(name));
  for (const [index, [path, content]] of Object.entries(planted).entries()) {
    const file = join(at(name), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content(secretOf(index)));
  }
  appendFileSync(join(at(name), "etc/passwd"), "ann:x:1000:1000:Secret Ann:/home/ann:/bin/bash\n");
  appendFileSync(join(at(name), "etc/group"), "ann:x:1000:\n");
  const hashes = "root:$y$SecretOfAnn:19000::::::\nann:$y$SecretOfAnn:19000:0:99999:7:::\n";
  const others = readFileSync(join(at(name), "etc/shadow"), "utf8").replace(/^root:.*\n/m, "");
  writeFileSync(join(at(name), "etc/shadow"), hashes + others);
  return at(name);
}

/** A server that makes an image of itself: what it serves with is in it, and /boot and /var are file systems. */
function runningServer(root: string): string {
  const server = used(root, "server");
  for (const part of ["boot", "var"]) {
    must("cp", "--archive", join(server, part), at(`server.${part}`));
    rmSync(join(server, part), { recursive: true });
    mkdirSync(join(server, part));
    must("mount", "--bind", at(`server.${part}`), join(server, part));
  }
  for (const part of ["srv/ltsp", "srv/tftp", "etc/ltsp"]) mkdirSync(join(server, part), { recursive: true });
  copyFileSync(binary, join(server, "usr/sbin/ltsp"));
  return server;
}

/** `ltsp image /` with this root for /, as in a container. */
async function makeChrootless(lan: Lan, server: string): Promise<void> {
  copyFileSync(join(lan.dir, "ltsp.conf"), join(server, "etc/ltsp/ltsp.conf"));
  const mounts = ["dev", "srv/ltsp", "srv/tftp"].map((path) => `mount --rbind /${path} ${server}/${path}`);
  const script = `set -e; ${mounts.join("; ")}; mount -t proc proc ${server}/proc; exec chroot ${server} ltsp image /`;
  await lan.namespace.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script]);
}

/** The same on the disk of a virtual machine, in its second partition. */
function virtualDisk(root: string): string {
  const [disk, start, size] = [at("vm.img"), 9 * MIB, 1400 * MIB];
  const table = mbr([
    { start: MIB, size: 8 * MIB },
    { start, size },
  ]);
  writeFileSync(disk, table);
  truncateSync(disk, start + size);
  must("mkfs.ext4", "-q", "-E", `offset=${start}`, "-d", root, disk, `${size / 1024}k`);
  return disk;
}

/** The disk of a virtual machine in the format that QEMU gives it. */
function clone(disk: string): string {
  must("qemu-img", "convert", "-O", "qcow2", disk, at("clone.qcow2"));
  return at("clone.qcow2");
}

/** A live CD with this root, as Debian's have it; but in a squashfs, as this machine's kernel may lack iso9660. */
function liveCd(root: string): string {
  mkdirSync(at("cd/live"), { recursive: true });
  const quick = ["-comp", "lz4", "-quiet", "-no-progress"];
  must("mksquashfs", root, at("cd/live/filesystem.squashfs"), ...quick);
  must("mksquashfs", at("cd"), at("live.iso"), ...quick);
  return at("live.iso");
}

/** What is laid over a finished image, to change a little of it. */
function changes(): string {
  mkdirSync(join(at("changes"), "etc"));
  writeFileSync(join(at("changes"), "etc/motd"), "Changed.\n");
  return at("changes");
}

async function makeImages(lan: Lan, ...sources: string[]): Promise<void> {
  const ltsp = (...args: string[]) => lan.namespace.run([binary, "--conf", `${lan.dir}/ltsp.conf`, ...args]);
  for (const source of sources) await ltsp("image", source);
  await ltsp("ipxe");
}

const macs = {
  x86_64: "52:54:00:67:00:b6",
  used: "52:54:00:67:00:b1",
  vm: "52:54:00:67:00:b2",
  clone: "52:54:00:67:00:b4",
  live: "52:54:00:67:00:b5",
  changes: "52:54:00:67:00:b3",
};
const conf = Object.entries(macs)
  .map(([image, mac]) => `[${mac}]\nDEFAULT_IMAGE=${image}\n`)
  .join("\n");

let room: Room;
beforeAll(async () => {
  // Its packages are those of a server: what it serves with, and what ltsp image calls.
  const packages = [
    "dnsmasq",
    "nfs-kernel-server",
    "openssh-server",
    "squashfs-tools",
    "zstd",
    "cryptsetup-bin",
  ];
  const server = await ensureExtended("bookworm-server", packages, (what) =>
    process.stdout.write(`${what}\n`),
  );
  must("mount", "-t", "tmpfs", "ltsp-test", scratch);
  mkdirSync(at("changes"));
  const chroot = used(rootOf("bookworm"), "used");
  const disk = virtualDisk(chroot);
  const running = runningServer(server);
  room = await openRoom(conf, {
    images: ["bookworm"],
    spoil: async (lan) => {
      await makeChrootless(lan, running);
      const layers = `${changes()},,/srv/ltsp/images/bookworm.img`;
      await makeImages(lan, chroot, disk, clone(disk), liveCd(chroot), layers);
    },
  });
}, 600_000);
afterEach(() => room?.allOff());
afterAll(async () => {
  await room?.close();
  for (const mounted of ["server/boot", "server/var", "server", "used"]) spawnSync("umount", [at(mounted)]);
  spawnSync("umount", ["--lazy", scratch]);
  rmSync(scratch, { recursive: true });
});

it.each(Object.entries(macs))(
  "an image made of %s boots, and has no secret in it",
  { timeout: 400_000 },
  async (name, mac) => {
    const client = await room.powerOn({ mac });
    await client.login(240);
    expect(await client.ask("systemctl is-system-running --wait", 120)).toBe("running");
    expect(await client.ask("hostname; grep -o ltsp.image=.* /proc/cmdline")).toContain(`images/${name}.img`);
    if (name === "x86_64") expect(await client.ask("dpkg-query -W dnsmasq")).toContain("dnsmasq");
    if (name === "changes") expect(await client.ask("cat /etc/motd")).toBe("Changed.");
    expect((await client.run("getent passwd ann")).status).toBe(2);
    const image = join(room.lan.base, `images/${name}.img`);
    const unpacked = at(`${name}.unpacked`);
    must("unsquashfs", "-quiet", "-no-progress", "-dest", unpacked, image);
    const { stdout } = spawnSync("grep", ["-raoE", "Secret(OfAnn|[0-9]+Planted)", unpacked], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    rmSync(unpacked, { recursive: true });
  },
);
