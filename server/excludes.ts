import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure } from "../conf/failure.ts";
import type { Settings } from "../conf/settings.ts";
import { type CleanedUp, nothing } from "./clean-up/clean-up.ts";
import type { Options } from "./options.ts";

/**
 * What an image does not hold, cleaned up or not, as paths in the root, with the wildcards of glob(7). `DIR/*` leaves the directory
 * there, empty, since a system expects to find it; `DIR/**` also leaves the directories in it.
 */
export const builtinExcludes: { why: string; paths: string[] }[] = [
  {
    why: "made by the kernel or at boot",
    paths: ["proc/*", "sys/*", "dev/*", "run/*", "tmp/*", "var/tmp/*"],
  },
  { why: "mounted from elsewhere", paths: ["media/*", "mnt/*", "cdrom/*", "lost+found"] },
  { why: "the users' own", paths: ["home/*"] },
  {
    why: "what the server serves, and what ltsp.img brings",
    paths: ["srv/ltsp/*", "srv/tftp/*", "etc/ltsp/*"],
  },
  {
    why: "caches, which fill again by themselves",
    paths: ["var/cache/apt/*.bin", "var/cache/apt/archives/*", "var/lib/apt/lists/*", "root/.cache/*"],
  },
  {
    why: "a disk's: a netbooted client has none",
    paths: [
      "swapfile",
      "swap.img",
      "etc/fstab",
      "etc/crypttab",
      "boot/grub/*",
      "boot/efi/*",
      "boot/initrd.img-*",
    ],
  },
];

/** File systems that belong to the system whose root this is; any other that is mounted in it stays out. */
const systemMounts = ["boot", "usr", "usr/local", "opt", "var", "var/lib", "var/cache"];

/**
 * The exclude list of `ltsp image` for a root: the built-in one, what is cleaned up, what is mounted in the root, the
 * server's own trees, then what the admin adds (<conf's directory>/image.excludes, ADD_IMAGE_EXCLUDES) and takes back
 * (OMIT_IMAGE_EXCLUDES). In the syntax of mksquashfs' -ef with -wildcards.
 */
export function excludesFor(
  root: string,
  settings: Settings,
  options: Options,
  cleaned: Pick<CleanedUp, "paths" | "found"> = nothing,
): string[] {
  const omitted = new Set(fileOrLines(settings, "OMIT_IMAGE_EXCLUDES"));
  const asked = [
    ...builtinExcludes.flatMap(({ paths }) => paths),
    ...cleaned.paths,
    ...linesOf(readOptional(join(options.conf, "../image.excludes"))),
    ...fileOrLines(settings, "ADD_IMAGE_EXCLUDES"),
  ].filter((path) => !omitted.has(path));
  const own = [options.base, options.tftp].flatMap((tree) => inside(root, tree));
  const mounted = mountsBelow(root, readFileSync("/proc/self/mountinfo", "utf8")).filter(
    (path) => !systemMounts.includes(path),
  );
  return [
    ...asked.flatMap((path) => expand(root, path)),
    ...cleaned.found.filter((path) => !omitted.has(path)).map(literal),
    ...[...own, ...mounted].flatMap((path) => contents(literal(path))),
  ];
}

/**
 * The mount points below a directory, relative to it (proc_pid_mountinfo(5)). Asked of the kernel rather than left
 * to mksquashfs' -one-file-system, which drops the mount point itself, and a separate /usr or /boot with it.
 */
export function mountsBelow(root: string, mountinfo: string): string[] {
  return mountinfo
    .split("\n")
    .map((line) =>
      (line.split(" ")[4] ?? "").replace(/\\([0-7]{3})/g, (_, octal) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    )
    .flatMap((point) => inside(root, point));
}

/** `path` relative to `root`, if it lies in it. */
function inside(root: string, path: string): string[] {
  const below = relative(root, path);
  return path === "" || below === "" || below.split("/")[0] === ".." ? [] : [below];
}

/** In mksquashfs a `*` does not match a leading dot, as in a shell. */
function contents(directory: string): string[] {
  return [`${directory}/*`, `${directory}/.*`];
}

function expand(root: string, path: string): string[] {
  const plain = path.replace(/^\/+/, "");
  if (plain.endsWith("/**")) return filesBelow(root, plain.slice(0, -3)).map(literal);
  return plain.endsWith("/*") ? contents(plain.slice(0, -2)) : [plain];
}

function filesBelow(root: string, directory: string): string[] {
  if (!lstatSync(join(root, directory), { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}

function literal(path: string): string {
  return path.replace(/[\\*?[\]()!@+|]/g, "\\$&");
}

/** A parameter that is either the list itself or the name of a file that holds it. */
function fileOrLines(settings: Settings, name: string): string[] {
  const value = settings.get(name)?.trim() ?? "";
  const isFile =
    value.startsWith("/") && !value.includes("\n") && statSync(value, { throwIfNoEntry: false })?.isFile();
  return linesOf(isFile ? readFileSync(value, "utf8") : value);
}

function readOptional(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function linesOf(text: string): string[] {
  const all = text.split("\n").map((line) => line.trim());
  const wrong = all.find((line) => line.split("/").includes(".."));
  if (wrong !== undefined) {
    throw new Failure(
      "invalid",
      wrong,
      "an image's exclude cannot have .. in it",
      "Give paths as they are in the root, like var/lib/docker/*",
    );
  }
  return all.filter((line) => line !== "" && !line.startsWith("#"));
}
