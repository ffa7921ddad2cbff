import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ClientSpec } from "../../qemu/machine.ts";
import { boots, openRoom, type Room } from "./room.ts";

const server = "192.168.67.1";
const phases = ["devices", "network", "settings", "root", "overlay", "configure", "handoff"];

interface Row {
  name: string;
  spec: ClientSpec;
  /** Lines of its section in ltsp.conf. */
  conf: string;
  /** The block device under the squashfs. None: the root is a plain one. */
  device?: "loop0" | "nbd0";
  end: "poweroff" | "reboot";
}

const rows: Row[] = [
  {
    name: "Debian 12, BIOS, squashfs over NFS, as older menus write it",
    spec: { mac: "52:54:00:67:00:11", firmware: "bios" },
    conf: `DEFAULT_IMAGE=bookworm\n${boots("images/bookworm.img", "root=/dev/nfs", `nfsroot=${server}:/srv/ltsp`)}`,
    device: "loop0",
    end: "poweroff",
  },
  {
    name: "Debian 13, BIOS, NBD, an Intel card",
    spec: { mac: "52:54:00:67:00:12", firmware: "bios", nic: "e1000" },
    conf: `DEFAULT_IMAGE=trixie\n${boots(`nbd://${server}/trixie`)}`,
    device: "nbd0",
    end: "reboot",
  },
  {
    name: "Debian 12, UEFI, HTTP into RAM",
    spec: { mac: "52:54:00:67:00:13", firmware: "uefi" },
    conf: `DEFAULT_IMAGE=bookworm\n${boots(`http://${server}/images/bookworm.img`)}`,
    device: "loop0",
    end: "reboot",
  },
  {
    name: "Debian 13, UEFI, a plain root over NFS",
    spec: { mac: "52:54:00:67:00:14", firmware: "uefi" },
    conf: `DEFAULT_IMAGE=trixie\n${boots(`nfs://${server}/srv/roots/trixie/`)}`,
    end: "poweroff",
  },
];

/** Everybody's, everybody else's, and each client's own. */
const conf = `
[clients]
DNS_SERVER="192.168.67.53 192.168.67.54"
SEARCH_DOMAIN=school.example
HOSTS_SERVER="192.168.67.1 server.school.example server"
INCLUDE=scratch

[scratch]
FSTAB_SCRATCH="tmpfs /scratch tmpfs size=5m,x-mount.mkdir 0 0"

[52:54:00:67:00:99]
HOSTNAME=another
HOSTS_ANOTHER="192.168.67.99 for-another-only"

${rows.map(({ spec, conf }, index) => `[${spec.mac}]\nHOSTNAME=pc${index}\n${conf}`).join("\n\n")}
`;

let room: Room;
beforeAll(async () => {
  room = await openRoom(conf);
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

describe.each(rows.map((row, index) => ({ ...row, hostname: `pc${index}` })))("$name", (row) => {
  it("boots to a healthy system that is this client's, and goes off by itself", {
    timeout: 400_000,
  }, async () => {
    const client = await room.powerOn(row.spec);
    await client.login(240);

    const state = await client.run("systemctl is-system-running --wait; systemctl --failed --no-legend", 120);
    expect(state).toEqual({ status: 0, output: "running" });

    expect((await client.ask("cut -d: -f1 /run/ltsp/boot.log | uniq")).split("\n")).toEqual(phases);
    expect(await client.ask("findmnt -no FSTYPE /")).toBe("overlay");
    // The layers below are mounted where only the overlay sees them: the kernel tells that squashfs is in use, once.
    const squashfs = await client.run("grep -c '^squashfs [0-9]* 1 ' /proc/modules");
    expect(squashfs.output).toBe(row.device === undefined ? "0" : "1");
    if (row.device !== undefined) expect(await client.ask(`cat /sys/block/${row.device}/size`)).not.toBe("0");
    expect(await client.ask("hostname; cat /etc/hostname")).toBe(`${row.hostname}\n${row.hostname}`);
    const hosts = await client.ask("cat /etc/hosts");
    expect(hosts).toContain("192.168.67.1 server.school.example server");
    expect(hosts).not.toContain("for-another-only");
    expect(await client.ask("getent hosts $(hostname)")).toContain(row.hostname);
    const resolver = await client.ask("cat /etc/resolv.conf");
    expect(resolver).toMatch(/nameserver 192\.168\.67\.53\nnameserver 192\.168\.67\.54/);
    expect(resolver).toMatch(/search school\.example/);
    expect(await client.ask("findmnt -no FSTYPE,SIZE /scratch")).toMatch(/tmpfs +5M/);
    // Written to RAM, not to the server.
    expect(await client.ask("echo hello >/etc/scratch && cat /etc/scratch")).toBe("hello");

    const from = client.console.lines.length;
    client.type(`systemctl ${row.end}\n`);
    expect(await client.waitOff(120)).toBe(row.end === "reboot" ? "rebooted" : "powered off");
    expect(client.console.text(from)).not.toMatch(/stop job is running|Timed out|Failed to unmount/i);
  });
});
