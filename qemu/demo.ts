import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "./client.ts";
import { type DemoOptions, demoOptions } from "./demo-options.ts";
import { ensureImage, fill } from "./images.ts";
import { type Lan, newRun, openLan, startServers } from "./lan.ts";
import { type Boot, fetched, kernelLine, phaseOf, systemdLine, watchBoot } from "./milestones.ts";
import { needRoot, repo } from "./paths.ts";
import { ensureRoot } from "./roots.ts";
import { script } from "./script.ts";
import { connectTerminal } from "./terminal.ts";

const say = (what: string) => process.stdout.write(`${what}\n`);

await script("demo", async () => {
  const options = demoOptions(process.argv.slice(2));
  needRoot("npm run demo");
  await ensureImage(await ensureRoot(options.suite, say), say);
  const lan = await setUp(options);
  const clients = await Promise.all(macs(options.clients).map((mac) => powerOn(lan, mac, options)));
  const boots = await Promise.all(clients.map((client) => watchBoot(client)));
  say("");
  boots.forEach(summary);
  await next(clients, options);
  await lan.close();
});

async function setUp(options: DemoOptions): Promise<Lan> {
  const lan = await openLan(newRun());
  await fill(lan, [options.suite], readFileSync(join(repo, "qemu/demo.conf"), "utf8"), options.transport);
  await startServers(lan);
  say("The LAN is up: 192.168.67.1 serves DHCP and TFTP (dnsmasq), NFS (nfs-ganesha), NBD, HTTP.");
  return lan;
}

function macs(count: number): string[] {
  return [1, 2, 3, 4].slice(0, count).map((n) => `52:54:00:67:00:0${n}`);
}

async function powerOn(lan: Lan, mac: string, options: DemoOptions): Promise<Client> {
  const firmware = options.uefi ? "uefi" : "bios";
  say(
    `Switching on ${mac}: 2 emulated CPUs, 1.5 GB, ${firmware.toUpperCase()}, no disk. Times are since power-on.`,
  );
  const client = await Client.powerOn(lan, { mac, firmware });
  const name = options.clients > 1 ? ` ${mac.slice(-2)}` : "";
  client.console.watch(({ at, text }) => {
    const event = tellingEvent(text);
    if (event !== undefined) say(`${at.toFixed(1).padStart(6)} s${name}  ${event}`);
  });
  return client;
}

/** What a line of the console means to somebody who watches the boot, or undefined for the many others. */
function tellingEvent(line: string): string | undefined {
  const phase = phaseOf(line);
  if (phase !== undefined) return `${phase.phase.padEnd(10)} ${phase.message}`;
  if (/^iPXE \d/.test(line)) return "iPXE starts";
  const url = fetched(line);
  if (url !== undefined) return `fetched    ${url}`;
  if (kernelLine.test(line)) return "the kernel starts";
  if (systemdLine.test(line)) return "systemd starts";
  return undefined;
}

function summary(boot: Boot): void {
  say(`${boot.hostname} login:`);
  const rows = [
    ["power-on to kernel", `${boot.toKernel.toFixed(1)} s`, "firmware, iPXE, fetching the boot set"],
    ["kernel to systemd", `${boot.kernelToSystemd.toFixed(1)} s`, "ltsp"],
    ["systemd to login", `${boot.systemdToLogin.toFixed(1)} s`, "the image's own services"],
    [
      "fetched by then",
      `${(boot.bytesToLogin / 1e6).toFixed(0)} MB`,
      `boot set ${(boot.bytesToKernel / 1e6).toFixed(0)} MB`,
    ],
  ];
  for (const [what = "", value = "", note] of rows) say(`  ${what.padEnd(20)}${value.padStart(8)}   ${note}`);
  say("");
}

async function next(clients: readonly Client[], options: DemoOptions): Promise<void> {
  const [first] = clients;
  if (options.keep && first !== undefined) {
    say("This is the client's console: log in as root, no password. Ctrl-] switches it off.");
    await connectTerminal(first);
    return;
  }
  say("Try next:");
  say("  npm run demo -- --keep                 log in to the client");
  say("  npm run demo -- --uefi --transport nbd --suite trixie");
  say("  npm run demo -- --clients 2            two PCs, two hostnames");
  say("  edit qemu/demo.conf and run it again   the clients take what ltsp.conf says");
}
