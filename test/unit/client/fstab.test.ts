import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { fstab } from "../../../client/fstab.ts";
import { clientWith, fileOf, type TestClient } from "./client.ts";

const programs = { "usr/sbin/mount.nfs": "", "usr/sbin/mount.cifs": "", "usr/bin/sshfs": "" };

/** The lines of /etc/fstab below its comment, for one FSTAB_x. */
function linesOf(client: TestClient): string[] {
  fstab(client);
  return fileOf(client, "etc/fstab").trim().split("\n").slice(1);
}
const lines = (value: string) => linesOf(clientWith(`FSTAB_A="${value}"`, programs));

test("the image's own lines and swap units, of another machine's disks, are gone", () => {
  const client = clientWith("", {
    "etc/fstab": "/dev/sda1 / ext4 errors=remount-ro 0 1\n",
    "etc/systemd/system/dev-sda3.swap": "[Swap]\nWhat=/dev/sda3\n",
    "etc/systemd/system/dev-zram0.swap": "[Swap]\nWhat=/dev/zram0\n",
  });
  expect(linesOf(client)).toEqual([]);
  expect(readlinkSync(`${client.root}/etc/systemd/system/dev-sda3.swap`)).toBe("/dev/null");
  expect(fileOf(client, "etc/systemd/system/dev-zram0.swap")).toContain("/dev/zram0");
});

test.each([
  ["server:/home /home nfs", "defaults,_netdev,x-systemd.mount-timeout=30s"],
  ["[fd00::1]:/home /home nfs4 soft 0 0", "soft,_netdev,x-systemd.mount-timeout=30s 0 0"],
  ["//nas/share /mnt/share cifs guest,_netdev 0 0", "guest,_netdev,x-systemd.mount-timeout=30s 0 0"],
  ["a@b:/c /mnt/c fuse.sshfs x-systemd.mount-timeout=5s", "x-systemd.mount-timeout=5s,_netdev"],
  ["nas:/vol /mnt/vol unknownfs noauto 0 0", "noauto,_netdev 0 0"],
  ["tag /mnt/b 9p trans=tcp", "trans=tcp,_netdev,x-systemd.mount-timeout=30s"],
])("%s is a network mount, which fails soon and is no emergency: %s", (line, options) => {
  expect(lines(line)[0]?.split(" ").slice(3).join(" ")).toBe(options);
});

test.each([
  ["tmpfs /scratch tmpfs size=5m 0 0", "size=5m,nofail,x-systemd.before=local-fs.target 0 0"],
  [
    "/dev/sda3 /data ext4 defaults 0 2",
    "defaults,nofail,x-systemd.before=local-fs.target,x-systemd.device-timeout=30s 0 2",
  ],
  ["host /mnt/host 9p trans=virtio", "trans=virtio,nofail,x-systemd.before=local-fs.target"],
  ["/dev/sda2 none swap sw 0 0", "sw,nofail,pri=10 0 0"],
  ["UUID=1-2 none swap sw,nofail,pri=50 0 0", "sw,nofail,pri=50 0 0"],
  ["LABEL=big /data ext4 nofail", "nofail"],
  ["/dev/sda3 /data ext4 noauto,user", "noauto,user"],
])("%s cannot stop the boot where it fails: %s", (line, options) => {
  expect(lines(line)[0]?.split(" ").slice(3).join(" ")).toBe(options);
});

test("of several lines in a value, the one that makes no sense is a warning on its line, and left out", () => {
  const conf = '\nFSTAB_A="# scratch\ntmpfs /a tmpfs nofail\n/dev/sda2 none\n\ntmpfs /b tmpfs nofail"';
  const client = clientWith(conf);
  expect(linesOf(client)).toEqual(["# scratch", "tmpfs /a tmpfs nofail", "tmpfs /b tmpfs nofail"]);
  expect(client.warnings).toHaveLength(1);
  expect(client.warnings[0]).toMatch(/^ltsp\.conf:2:.*\/dev\/sda2 none is left out: it has only two fields/s);
});

test.each([
  ["server:/home /home nfs", "/home is not mounted: the image has no mount.nfs", "apt install nfs-common"],
  ["//nas/a /mnt/a cifs guest", "the image has no mount.cifs, which mounts cifs", "apt install cifs-utils"],
  ["a@b: /mnt/a sshfs", "the image has no sshfs", "apt install sshfs"],
  ["server:/ / nfs ro", "/ is left out: it is the root", "Take the line out."],
])("%s: %s. %s", (line, why, remedy) => {
  const client = clientWith(`FSTAB_A="${line}"`);
  expect(linesOf(client)).toEqual([]);
  expect(client.warnings).toHaveLength(1);
  expect(client.warnings[0]).toContain(why);
  expect(client.warnings[0]).toContain(remedy);
});

test("the second line for a directory is left out", () => {
  const client = clientWith('FSTAB_A="tmpfs /a tmpfs nofail"\nFSTAB_B="tmpfs /a tmpfs nofail,size=1m"');
  expect(linesOf(client)).toEqual(["tmpfs /a tmpfs nofail"]);
  expect(client.warnings[0]).toMatch(/^ltsp\.conf:2:.*a second line for \/a is left out/s);
});

test.each([
  ["server:/home /home nfs", "home.mount.d"],
  ["192.168.67.1:/home /home nfs", "home.mount.d"],
  ["//192.168.67.9/a /srv/my\\\\040shared-files cifs guest", "srv-my\\x20shared\\x2dfiles.mount.d"],
])("%s does not wait for NetworkManager", (line, directory) => {
  const client = clientWith(`FSTAB_A="${line}"`, programs);
  fstab(client);
  expect(readdirSync(`${client.run}/systemd/system`)).toEqual([directory]);
});

test.each(["10.0.0.1:/home /home nfs", "nas.example:/home /home nfs", "tmpfs /a tmpfs size=1m"])(
  "%s may need another card or a resolver, or nothing: it keeps systemd's order",
  (line) => {
    const client = clientWith(`FSTAB_A="${line}"`, programs);
    fstab(client);
    expect(existsSync(`${client.run}/systemd/system`)).toBe(false);
  },
);

test("a password in a line's options is not told with what is wrong", () => {
  const client = clientWith("[clients]\nFSTAB_A='//server/a a cifs user=x,password=Secret9 0 0'", {
    "usr/sbin/mount.cifs": "",
  });
  fstab(client);
  expect(client.warnings[0]).toContain('//server/a a cifs is left out: "a" is no directory');
  expect(client.warnings.join()).not.toContain("Secret9");
});
