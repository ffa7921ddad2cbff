import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../../qemu/command.ts";
import { ensureTree, fetchRemedy, roots } from "../../qemu/roots.ts";
import type { DebianClient } from "./root.ts";

/** Two programs of one name that a root can have in the place of systemd-resolved; Debian lets it have only one of the three. */
export const resolvconfs = ["resolvconf", "openresolv"] as const;
type Resolvconf = (typeof resolvconfs)[number];

const treeOf = (name: Resolvconf) => join(roots, `package-${name}`);

/** The files of both packages, shell scripts that run on any suite, fetched by this machine's own apt once. */
export async function ensureResolvconfs(): Promise<void> {
  for (const name of resolvconfs) {
    await ensureTree(treeOf(name), name, async (tree) => {
      const fetched = `${tree}.deb`;
      mkdirSync(fetched, { recursive: true });
      try {
        await command(["apt-get", "download", "-q", name], { cwd: fetched, remedy: fetchRemedy });
        await command(["sh", "-c", 'dpkg-deb --extract "$0"/*.deb "$1"', fetched, tree]);
      } finally {
        rmSync(fetched, { recursive: true });
      }
    });
  }
}

/** Puts one of them into a client's root, as its image would have it: /etc/resolv.conf a link or a file. */
export function addResolvconf({ root }: DebianClient, name: Resolvconf, link?: string): void {
  const tree = treeOf(name);
  // systemd-resolved's own resolvconf is a link to resolvectl.
  rmSync(`${root}/usr/sbin/resolvconf`, { force: true });
  cpSync(`${tree}/sbin`, `${root}/usr/sbin`, { recursive: true });
  cpSync(`${tree}/lib`, `${root}/usr/lib`, { recursive: true });
  if (name === "resolvconf") cpSync(`${tree}/usr/lib`, `${root}/usr/lib`, { recursive: true });
  cpSync(`${tree}/etc`, `${root}/etc`, { recursive: true });
  rmSync(`${root}/etc/resolv.conf`);
  if (link === undefined) writeFileSync(`${root}/etc/resolv.conf`, "nameserver 9.9.9.9\n");
  else symlinkSync(link, `${root}/etc/resolv.conf`);
}
