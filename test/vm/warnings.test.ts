import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openRoom, type Room } from "./room.ts";

const mac = "52:54:00:67:00:75";

const conf = `
[clients]
NETCONSOLE=192.168.67.1
DEBUG_LOG=1
ADMINISTRATIVE_CLIENT=1
IMAGE_TO_RAM=1
FSTAB_WRONG="tmpfs / tmpfs defaults 0 0"
DISABLE_SYSTEM_SERVICES=nosuch
OMIT_FUNCTIONS="nosuchstep"
PRE_INIT_1="ls /etc/ltsp"
POST_INIT_1="echo from the hook; sleep 1000 & exit 3"
POST_INIT_2='echo "$HOSTNAME" >/etc/second-hook'
POST_INIT_3="if"
`;

/** Of which line of ltsp.conf, and what. */
const warnings: [parameter: string, what: RegExp][] = [
  ["ADMINISTRATIVE_CLIENT", /bookworm\.img is no directory over NFS/],
  ["IMAGE_TO_RAM", /MiB do not fit into this client's RAM/],
  ["FSTAB_WRONG", /\/ is left out/],
  ["DISABLE_SYSTEM_SERVICES", /nosuch/],
  ["OMIT_FUNCTIONS", /nosuchstep is no step of the boot/],
  ["POST_INIT_1", /ended with status 3/],
  ["POST_INIT_3", /ended with status 2/],
];

let room: Room;
let heard = "";
beforeAll(async () => {
  room = await openRoom(conf, { images: ["bookworm"] });
  await listen();
});
afterAll(() => room?.close());

const listener = `
const { createSocket } = require("node:dgram");
createSocket("udp4").on("message", (text) => process.stdout.write(text)).bind(6666, "192.168.67.1");
`;

/** What any host with netcat would do: takes in what comes to UDP port 6666 of the server. */
async function listen(): Promise<void> {
  const receiver = room.lan.namespace.spawn(
    [process.execPath, "-e", listener],
    ["ignore", "pipe", "inherit"],
  );
  receiver.stdout?.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
  });
  await vi.waitFor(() => expect(room.lan.namespace.listens("udp", 6666)).toBe(true), 10_000);
}

it("what cannot be applied is a warning with its line; NETCONSOLE and DEBUG_LOG tell of the boot", async () => {
  const client = await room.powerOn({ mac, memoryMb: 640 });
  await client.login(300);
  const console = client.console.text();
  const log = await client.ask("cat /run/ltsp/boot.log");
  // The room's own line is above.
  const lines = `room\n${conf}`.split("\n");
  for (const [parameter, what] of warnings) {
    const place = `/etc/ltsp/ltsp.conf:${lines.findIndex((line) => line.startsWith(`${parameter}=`)) + 1}:`;
    const warning = log.split("\n").find((line) => line.includes(place)) ?? "";
    expect(warning, parameter).toMatch(what);
    const title = `${warnings.length} warnings of this boot`;
    const atTheEnd = console.slice(console.indexOf(`ltsp: handoff: ${title}`));
    const aboveTheLogin = console.slice(console.indexOf(`\nltsp: ${title}`));
    expect(atTheEnd, parameter).toContain(place);
    expect(aboveTheLogin, parameter).toContain(place);
  }
  expect(await client.ask("systemctl is-system-running --wait", 120)).toBe("running");
  expect(await client.ask("findmnt -no FSTYPE /; cat /etc/second-hook")).toMatch(/^overlay\nltsp\d+$/);
  expect(log).toContain("configure: PRE_INIT_1: ltsp.conf");
  expect(log).toContain("configure: POST_INIT_1: from the hook");
  expect(log).toMatch(/^configure: POST_INIT_2: ended \(\d+\.\d\d s\)$/m);
  expect(log).not.toContain("+ltsp:");

  const debug = await client.ask("cat /run/ltsp/debug.log");
  expect(debug).toMatch(/^ +\d+\.\d{3} notice: devices: kernel/m);
  expect(debug).toMatch(/debug: configure: hostname took \d+ ms/);
  expect(debug).toMatch(/debug: configure: POST_INIT_1: \+ltsp: exit 3/);

  // The test's shell has set the level to 1, which counts for netconsole too.
  await client.ask("dmesg -n 7; echo '<4>said after the handoff' >/dev/kmsg");
  await vi.waitFor(() => expect(heard).toContain("said after the handoff"), 20_000);
  expect(heard).toMatch(/Linux version .*\n/);
  expect(heard).toContain("ltsp: devices: kernel");
  expect(heard).toContain("ltsp: handoff: /sbin/init takes over");
  expect(heard).toMatch(/systemd\[1\]: /);
}, 400_000);
