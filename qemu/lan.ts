import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atExit } from "./cleanup.ts";
import { Namespace } from "./namespace.ts";
import { cache, logs } from "./paths.ts";
import { roots } from "./roots.ts";
import type { Daemon } from "./servers/daemon.ts";
import { dnsmasq } from "./servers/dnsmasq.ts";
import { ganesha, rpcbind } from "./servers/ganesha.ts";
import { httpd } from "./servers/httpd.ts";
import { nbdServer } from "./servers/nbd.ts";

/** Where everything of one run is: what the servers serve and what they and the clients log. */
export interface LanFiles {
  /** Configurations, logs, sockets. */
  dir: string;
  /** The base directory (`images/NAME.img`): /srv/ltsp in the LAN. */
  base: string;
  /** The TFTP root (`ltsp/ltsp.ipxe` …): /srv/tftp in the LAN. */
  tftp: string;
  /** What NFS clients may write to: /srv/writable in the LAN. */
  writable: string;
}

export interface Servers {
  dnsmasq: Daemon;
  nfs: Daemon;
  nbd: Daemon;
  http: Daemon;
}

/** The room's network: server 192.168.67.1 and fd00:67::1, a bridge, a tap for each client, and the servers. */
export interface Lan extends LanFiles {
  namespace: Namespace;
  close(): Promise<void>;
}

let runs = 0;

/** The directories of a new run, empty. They are gone when the run ends. */
export function newRun(): LanFiles {
  runs += 1;
  const dir = join(cache, "runs", `${process.pid}-${runs}`);
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  remove();
  const files = { dir, base: join(dir, "ltsp"), tftp: join(dir, "tftp"), writable: join(dir, "writable") };
  mkdirSync(join(files.base, "images"), { recursive: true });
  mkdirSync(join(files.tftp, "ltsp"), { recursive: true });
  mkdirSync(files.writable);
  forgetOldLogs();
  removeDeadRuns();
  atExit(remove);
  return files;
}

/** Runs that were killed before they could tidy up: the process whose number they carry is gone. */
function removeDeadRuns(): void {
  for (const name of readdirSync(join(cache, "runs"))) {
    const pid = name.split("-")[0];
    if (!existsSync(`/proc/${pid}`)) rmSync(join(cache, "runs", name), { recursive: true, force: true });
  }
}

/** Those of a day ago: nobody asks any more. */
function forgetOldLogs(): void {
  mkdirSync(logs, { recursive: true });
  for (const name of readdirSync(logs)) {
    const log = join(logs, name);
    if (Date.now() - statSync(log).mtimeMs > 86_400_000) rmSync(log);
  }
}

/** A LAN over the files of a run, without servers yet. Its server has the files where ltsp looks for them by default. */
export async function openLan(files: LanFiles): Promise<Lan> {
  const namespace = await Namespace.open();
  await namespace.run(["mount", "-t", "tmpfs", "srv", "/srv"]);
  for (const [source, target] of [
    [files.base, "/srv/ltsp"],
    [files.tftp, "/srv/tftp"],
    [files.writable, "/srv/writable"],
    [roots, "/srv/roots"],
  ] as const) {
    await namespace.run(["mkdir", target]);
    await namespace.run(["mount", "--bind", source, target]);
  }
  const bridge = "type bridge forward_delay 0 mcast_snooping 0".split(" ");
  await namespace.run(["ip", "link", "add", "br0", ...bridge]);
  await namespace.run(["ip", "link", "set", "br0", "up"]);
  await namespace.run(["ip", "addr", "add", "192.168.67.1/24", "dev", "br0"]);
  await namespace.run(["ip", "addr", "add", "fd00:67::1/64", "dev", "br0", "nodad"]);
  return { ...files, namespace, close: () => namespace.close() };
}

/** Start every server; what is served must be in its place. */
export async function startServers(lan: Lan): Promise<Servers> {
  const servers = { dnsmasq: dnsmasq(lan), nfs: ganesha(lan), nbd: nbdServer(lan), http: httpd(lan) };
  const portmapper = rpcbind(lan);
  await portmapper.start();
  await Promise.all(Object.values(servers).map((server) => server.start()));
  return servers;
}

/** A tap on the bridge, for one client. */
export async function addTap(lan: Lan, name: string): Promise<void> {
  await lan.namespace.run(["ip", "tuntap", "add", name, "mode", "tap"]);
  await lan.namespace.run(["ip", "link", "set", name, "master", "br0", "up"]);
}

/** QEMU lets go of its tap a moment after it has ended. */
export async function removeTap(lan: Lan, name: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await lan.namespace.run(["ip", "link", "del", name]);
      return;
    } catch (error) {
      if (tries === 10) throw error;
      await sleep(100);
    }
  }
}
