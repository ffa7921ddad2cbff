import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { letRootIn } from "./bench-root.ts";
import { ensureExtended, inRoot } from "./roots.ts";

/** What Debian's ltsp needs in an image and on its server, as its installation page names it. */
const packages = ["ltsp", "initramfs-tools", "nfs-common", "ipxe", "squashfs-tools", "busybox", "zstd"];

/**
 * Its name of what ours calls `OMIT_FUNCTIONS="accounts root-password"`. Not under [server]: as process 1, which it is
 * in inRoot, it takes itself for a client.
 */
const imageSection = '\n[image/]\nOMIT_FUNCTIONS="remove_users"\n';

/** What it calls the image that it makes of its own root, on this architecture. */
export const peerImage = "x86_64";

export interface Peer {
  tree: string;
  base: string;
  tftp: string;
}

/** The same root as ours with Debian's package ltsp in it; the root is its own server, as in its "chrootless" set-up. */
export async function ensurePeer(conf: string, say: (what: string) => void): Promise<Peer> {
  const tree = await ensureExtended("bookworm-peer", packages, say, async (fresh) => {
    for (const kernel of readdirSync(join(fresh, "lib/modules"))) {
      await inRoot(fresh, ["update-initramfs", "-c", "-k", kernel]);
    }
  });
  await letRootIn(tree);
  mkdirSync(join(tree, "etc/ltsp"), { recursive: true });
  writeFileSync(join(tree, "etc/ltsp/ltsp.conf"), conf + imageSection, { mode: 0o660 });
  return { tree, base: join(tree, "srv/ltsp"), tftp: join(tree, "srv/tftp") };
}

/** Its boot set, from its own commands. `ltsp image` itself ends by making it too, but wants a loop device to do so. */
export async function peerBootSet(peer: Peer): Promise<void> {
  await inRoot(peer.tree, ["ltsp", "kernel", "/"]);
  await inRoot(peer.tree, ["ltsp", "initrd"]);
  await inRoot(peer.tree, ["ltsp", "ipxe"]);
}
