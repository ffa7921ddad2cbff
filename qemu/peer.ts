import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.ts";
import { ensureRoot, ensureTree, roots } from "./roots.ts";

/** What Debian's ltsp needs in an image and on its server, as its installation page names it. */
const packages = ["ltsp", "initramfs-tools", "nfs-common", "ipxe", "squashfs-tools", "busybox", "zstd"];

/** What it calls the image that it makes of its own root, on this architecture. */
export const peerImage = "x86_64";

export interface Peer {
  tree: string;
  base: string;
  tftp: string;
}

/** The same root as ours with Debian's package ltsp in it; the root is its own server, as in its "chrootless" set-up. */
export async function ensurePeer(conf: string, say: (what: string) => void): Promise<Peer> {
  const root = await ensureRoot("bookworm", say);
  const tree = await ensureTree(join(roots, "bookworm-peer"), packages.join(" "), async (tree) => {
    say("installing Debian's ltsp into a copy of the root: once, some minutes");
    await command(["cp", "--archive", `${root}/.`, tree]);
    copyFileSync("/etc/resolv.conf", join(tree, "etc/resolv.conf"));
    writeFileSync(join(tree, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    await inPeer(tree, ["apt-get", "update", "-q"]);
    // The initramfs tools were taken out of the root: apt wants that mended before anything else.
    await inPeer(tree, ["apt-get", "install", "-q", "-y", "--no-install-recommends", "--fix-broken"]);
    await inPeer(tree, ["apt-get", "install", "-q", "-y", "--no-install-recommends", ...packages]);
    await inPeer(tree, ["apt-get", "clean"]);
    for (const kernel of readdirSync(join(tree, "lib/modules"))) {
      await inPeer(tree, ["update-initramfs", "-c", "-k", kernel]);
    }
  });
  mkdirSync(join(tree, "etc/ltsp"), { recursive: true });
  writeFileSync(join(tree, "etc/ltsp/ltsp.conf"), conf, { mode: 0o660 });
  return { tree, base: join(tree, "srv/ltsp"), tftp: join(tree, "srv/tftp") };
}

/** Its boot set, from its own commands. `ltsp image` itself ends by making it too, but wants a loop device to do so. */
export async function peerBootSet(peer: Peer): Promise<void> {
  await inPeer(peer.tree, ["ltsp", "kernel", "/"]);
  await inPeer(peer.tree, ["ltsp", "initrd"]);
  await inPeer(peer.tree, ["ltsp", "ipxe"]);
}

/** Run a command in the peer's root, with a /proc and no mounts left over. */
export async function inPeer(tree: string, argv: readonly string[]): Promise<string> {
  const isolation = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", `--root=${tree}`];
  const path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  return command(["unshare", ...isolation, "env", path, "DEBIAN_FRONTEND=noninteractive", ...argv]);
}
