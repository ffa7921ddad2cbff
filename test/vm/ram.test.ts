import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { boots, openRoom, type Room } from "./room.ts";

const server = "192.168.67.1";

const rows = [
  {
    name: "Debian 12 over NFS",
    mac: "52:54:00:67:00:71",
    boot: `DEFAULT_IMAGE=bookworm\n${boots(`nfs://${server}/srv/ltsp/images/bookworm.img`)}`,
  },
  {
    name: "Debian 13 over NBD",
    mac: "52:54:00:67:00:72",
    boot: `DEFAULT_IMAGE=trixie\n${boots(`nbd://${server}/trixie`)}`,
  },
];

let room: Room;
beforeAll(async () => {
  room = await openRoom(rows.map(({ mac, boot }) => `[${mac}]\nIMAGE_TO_RAM=1\n${boot}\n`).join("\n"));
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

it.each(rows)(
  "IMAGE_TO_RAM: $name: the client lives on without its server, and goes off cleanly",
  async (row) => {
    const client = await room.powerOn({ mac: row.mac });
    await client.waitFor(/ltsp: root: .* 10 % is in RAM/, 180);
    await client.login(240);
    expect(client.console.text().match(/ltsp: root: .* \d+ % is in RAM/g)).toHaveLength(10);
    expect(await client.ask("cat /run/ltsp/boot.log")).not.toMatch(/ltsp\.conf:/);
    expect(await client.ask("cat /sys/block/nbd*/pid 2>/dev/null | wc -l")).toBe("0");
    expect(await client.ask("grep -c ' nfs' /proc/self/mountinfo || true")).toBe("0");
    const [memory, disk] = (
      await client.ask("awk '/MemTotal/ { print $2 }' /proc/meminfo; df --output=size / | tail -n1")
    )
      .split("\n")
      .map(Number);
    // Three quarters of what the image leaves free.
    expect(disk).toBeLessThan(0.65 * Number(memory));

    await room.servers.nfs.stop();
    await room.servers.nbd.stop();
    const sum = "find /usr/bin /usr/sbin /usr/lib/x86_64-linux-gnu -type f | xargs md5sum >/run/sums";
    await client.ask(`echo 3 >/proc/sys/vm/drop_caches; ${sum}`, 240);
    expect(Number(await client.ask("wc -l </run/sums"))).toBeGreaterThan(500);
    expect((await client.run("dmesg | grep -iE 'I/O error|SQUASHFS error|not responding'")).output).toBe("");

    const from = client.console.lines.length;
    client.type("systemctl poweroff\n");
    expect(await client.waitOff(120)).toBe("powered off");
    expect(client.console.text(from)).not.toMatch(/stop job is running|Timed out|Failed to unmount/i);
    await room.servers.nfs.start();
    await room.servers.nbd.start();
  },
  400_000,
);
