import { existsSync, mkdirSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { command } from "./command.ts";
import type { Lan } from "./lan.ts";
import { withLock } from "./lock.ts";
import { binary, cache } from "./paths.ts";

export type Transport = "nfs" | "nbd" | "http";

/** The images and boot sets that all runs share. Runs take hard links to them, so they are only ever replaced. */
const shared = { base: join(cache, "srv/ltsp"), tftp: join(cache, "srv/tftp") };

type Say = (what: string) => void;

/** dist/ltsp on a site: an applet with its arguments. */
export async function ltsp(
  site: { base: string; tftp: string },
  conf: string,
  applet: string[],
): Promise<string> {
  return command([binary, "-b", site.base, "-t", site.tftp, "--conf", conf, ...applet]);
}

/** The image and boot set of one of our roots, made when it or the binary has changed since. */
export async function ensureImage(root: string, say: Say): Promise<void> {
  const name = basename(root);
  await withLock(`${shared.base}.lock`, async () => {
    const image = join(shared.base, "images", `${name}.img`);
    if (!isOlder(image, [binary, `${root}.recipe`])) return;
    say(`making the image ${name} and its boot set`);
    mkdirSync(shared.base, { recursive: true });
    await ltsp(shared, sharedConf(), ["image", root]);
  });
  await ensureRuntime(say);
}

/** The part of the boot set that all images share. Its compression takes half a minute. */
async function ensureRuntime(say: Say): Promise<void> {
  await withLock(`${shared.tftp}.lock`, async () => {
    if (!isOlder(join(shared.tftp, "ltsp/ltsp.img"), [binary])) return;
    say("making the client's runtime");
    await ltsp(shared, sharedConf(), ["initrd"]);
  });
}

/**
 * Give the LAN's server these images, their boot sets, ltsp.img of this ltsp.conf, and the menu. The applets run
 * on that server, where everything is in its usual place.
 */
export async function fill(
  lan: Lan,
  images: readonly string[],
  conf: string,
  transport: Transport = "nfs",
): Promise<void> {
  const confFile = join(lan.dir, "ltsp.conf");
  writeFileSync(confFile, conf);
  await link(`${shared.tftp}/.`, lan.tftp);
  for (const name of images) await linkCurrent(name, lan);
  await lan.namespace.run([binary, "--conf", confFile, "initrd"]);
  await lan.namespace.run([binary, "--conf", confFile, "ipxe", "--transport", transport]);
}

/** The current version of an image. Those before it are of earlier builds: no client is to fall back on them. */
async function linkCurrent(name: string, lan: Lan): Promise<void> {
  const image = join(shared.base, "images", `${name}.img`);
  const version = dirname(readlinkSync(image));
  mkdirSync(join(lan.base, "images", dirname(version)), { recursive: true });
  await link(join(shared.base, "images", version), join(lan.base, "images", version));
  await link(image, join(lan.base, "images"));
  rmSync(join(lan.tftp, "ltsp", name, "previous"), { force: true });
}

/** Copies that take no time and no space. */
async function link(from: string, to: string): Promise<void> {
  await command(["cp", "--archive", "--link", "--force", from, to]);
}

/** The ltsp.conf of a server whose roots are made for clients, and their users and root's password too. */
function sharedConf(): string {
  const file = join(shared.base, "shared.conf");
  mkdirSync(shared.base, { recursive: true });
  writeFileSync(file, '[server]\nOMIT_FUNCTIONS="accounts root-password"\n');
  return file;
}

function isOlder(file: string, than: readonly string[]): boolean {
  if (!existsSync(file)) return true;
  const made = statSync(file).mtimeMs;
  return than.some((path) => statSync(path).mtimeMs > made);
}
