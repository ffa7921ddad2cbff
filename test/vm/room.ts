import { rmSync } from "node:fs";
import { Client } from "../../qemu/client.ts";
import { fill } from "../../qemu/images.ts";
import { type Lan, newRun, openLan, type Servers, startServers } from "../../qemu/lan.ts";
import type { ClientSpec } from "../../qemu/machine.ts";
import { suites } from "../../qemu/roots.ts";

/** A LAN with its server and the PCs that were switched on in it. */
export interface Room {
  lan: Lan;
  servers: Servers;
  powerOn(spec: ClientSpec): Promise<Client>;
  /** Pull every plug: a client that is on takes the CPU from the next. */
  allOff(): Promise<void>;
  close(): Promise<void>;
}

/** What all clients of the tests have in common: a root without a password, and, unless a test has its own, this menu. */
const rootLogin = `POST_INIT_ROOT="passwd -d root"\n`;
const server = `
[server]
MENU_TIMEOUT=-1
DEFAULT_IMAGE=bookworm
KERNEL_PARAMETERS="console=ttyS0"
`;

interface Options {
  /** The names of the images that are there; by default those of all suites. */
  images?: readonly string[];
  /** May break what is served, before the servers start. */
  spoil?: (lan: Lan) => Promise<void>;
}

/** A room of clients that have this ltsp.conf. */
export async function openRoom(conf: string, { images = suites, spoil }: Options = {}): Promise<Room> {
  const lan = await openLan(newRun());
  const clients: Client[] = [];
  const allOff = async () => {
    await Promise.all(clients.splice(0).map((client) => client.kill()));
  };
  const close = async () => {
    await allOff();
    await lan.close();
    rmSync(lan.dir, { recursive: true, force: true });
  };
  try {
    await fill(lan, images, rootLogin + conf + (/^\[server\]/im.test(conf) ? "" : server));
    await spoil?.(lan);
    const servers = await startServers(lan);
    const powerOn = async (spec: ClientSpec) => {
      const client = await Client.powerOn(lan, spec);
      clients.push(client);
      return client;
    };
    return { lan, servers, powerOn, allOff, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The kernel parameters of a client that boots something else than the menu says; the last ltsp.image= wins. */
export function boots(image: string, ...more: string[]): string {
  return `KERNEL_PARAMETERS="console=ttyS0 ltsp.image=${image} ${more.join(" ")}"`;
}
