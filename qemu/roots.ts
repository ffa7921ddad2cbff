import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { atExit } from "./cleanup.ts";
import { command } from "./command.ts";
import { withLock } from "./lock.ts";
import { cache } from "./paths.ts";

export const suites = ["bookworm", "trixie"] as const;
export type Suite = (typeof suites)[number];

/** All that a root needs to netboot; no ltsp package, no tools for an initramfs. */
const packages = ["systemd", "systemd-sysv", "udev", "kmod", "linux-image-amd64", "iproute2", "dbus"];

/**
 * The kernel's package depends on tools for an initramfs. They are taken out again, and with them the initramfs that
 * they made, to prove that a client needs none.
 */
const unneeded = ["initramfs-tools", "initramfs-tools-core"];

/** mmdebstrap's options for a root that a client can boot. */
export const baseRecipe = [
  "--variant=minbase",
  // It is thrown away if it is not finished: nothing is lost by not waiting for the disk.
  "--dpkgopt=force-unsafe-io",
  `--include=${packages.join(",")}`,
  `--customize-hook=chroot "$1" dpkg --purge --force-depends ${unneeded.join(" ")}`,
  '--customize-hook=rm -f "$1"/boot/initrd.img* "$1"/initrd.img*',
];

/** What to do when mmdebstrap fails. */
export const fetchRemedy =
  "If the packages cannot be fetched, check the network and apt's proxy (apt-config dump | grep -i proxy).";

/** Where all roots are. */
export const roots = join(cache, "roots");

/** Where the root of a Debian suite is, or will be. */
export const rootOf = (suite: Suite): string => join(roots, suite);

/** The root of a Debian suite, made by mmdebstrap if it is not there yet or was made by another recipe. */
export async function ensureRoot(suite: Suite, say: (what: string) => void): Promise<string> {
  return ensureTree(rootOf(suite), baseRecipe.join("\n"), async (tree) => {
    say(`making a Debian root (${suite}) with mmdebstrap: once, some minutes`);
    await command(["mmdebstrap", ...baseRecipe, suite, tree], { remedy: fetchRemedy });
  });
}

/**
 * A copy of the Debian 12 root with more packages in it, installed by its own apt; kept as `name` among the roots.
 * `finish` does what else it takes.
 */
export async function ensureExtended(
  name: string,
  packages: readonly string[],
  say: (what: string) => void,
  finish: (tree: string) => Promise<void> = async () => {},
): Promise<string> {
  const root = await ensureRoot("bookworm", say);
  return ensureTree(join(roots, name), packages.join(" "), async (tree) => {
    say(`installing ${packages.join(", ")} into a copy of the root: once, some minutes`);
    const install = ["apt-get", "install", "-q", "-y", "--no-install-recommends"];
    await command(["cp", "--archive", `${root}/.`, tree]);
    copyFileSync("/etc/resolv.conf", join(tree, "etc/resolv.conf"));
    writeFileSync(join(tree, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    await inRoot(tree, ["apt-get", "update", "-q"]);
    // The initramfs tools were taken out of the root: apt wants that mended before anything else.
    await inRoot(tree, [...install, "--fix-broken"]);
    await inRoot(tree, [...install, ...packages]);
    await inRoot(tree, ["apt-get", "clean"]);
    await finish(tree);
  });
}

/** Run a command in a root, with a /proc and no mounts left over. */
export async function inRoot(tree: string, argv: readonly string[]): Promise<string> {
  const isolation = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", `--root=${tree}`];
  const path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  return command(["unshare", ...isolation, "env", path, "DEBIAN_FRONTEND=noninteractive", ...argv]);
}

/**
 * A directory tree that is expensive to make: made beside its place and renamed, once for each recipe, by one process
 * at a time. The recipe is kept beside it as `<tree>.recipe`.
 */
export async function ensureTree(
  tree: string,
  recipe: string,
  make: (tree: string) => Promise<void>,
): Promise<string> {
  if (isMade(tree, recipe)) return tree;
  return withLock(`${tree}.lock`, async () => {
    if (isMade(tree, recipe)) return tree;
    const fresh = `${tree}.new`;
    const remove = () => rmSync(fresh, { recursive: true, force: true });
    remove();
    mkdirSync(fresh, { recursive: true });
    const forget = atExit(remove);
    try {
      await make(fresh);
      rmSync(tree, { recursive: true, force: true });
      renameSync(fresh, tree);
      writeFileSync(`${tree}.recipe`, recipe);
    } finally {
      remove();
      forget();
    }
    return tree;
  });
}

function isMade(tree: string, recipe: string): boolean {
  return (
    existsSync(tree) && existsSync(`${tree}.recipe`) && readFileSync(`${tree}.recipe`, "utf8") === recipe
  );
}
