import type { Settings } from "../conf/settings.ts";

/** A line of /etc/fstab in its fields. */
export interface FstabEntry {
  device: string;
  /** "none" for swap. */
  directory: string;
  type: string;
  options: readonly string[];
  /** The numbers for dump and fsck. */
  numbers: readonly string[];
}

/** Reads a line that fstabFault finds nothing wrong with. */
export function parseEntry(line: string): FstabEntry {
  const [device = "", directory = "", type = "", options = "defaults", ...numbers] = line.split(/\s+/);
  return { device, directory, type, options: options.split(","), numbers };
}

/** The lines of all FSTAB_x, comments too, each with its parameter. */
export function fstabLines(settings: Settings): { name: string; line: string }[] {
  return settings
    .family("FSTAB_")
    .flatMap(({ name, value }) => value.split("\n").map((text) => ({ name, line: text.trim() })))
    .filter(({ line }) => line !== "");
}

/** What the lines of FSTAB_x mount and swap to. */
export function fstabEntries(settings: Settings): FstabEntry[] {
  return fstabLines(settings)
    .filter(({ line }) => !line.startsWith("#"))
    .map(({ line }) => parseEntry(line));
}

/** The entry as a line. */
export function entryLine({ device, directory, type, options, numbers }: FstabEntry): string {
  return [device, directory, type, options.join(","), ...numbers].join(" ");
}

/** What mounting a type takes beside the kernel, and the package that has it, on Debian and its kin. */
interface Helper {
  types: string[];
  program: string;
  package: string;
  /** Its servers are other machines. */
  network: boolean;
}

const helpers: Helper[] = [
  { types: ["nfs", "nfs4"], program: "mount.nfs", package: "nfs-common", network: true },
  { types: ["cifs", "smb3"], program: "mount.cifs", package: "cifs-utils", network: true },
  { types: ["sshfs", "fuse.sshfs"], program: "sshfs", package: "sshfs", network: true },
  { types: ["davfs"], program: "mount.davfs", package: "davfs2", network: true },
  { types: ["ceph"], program: "mount.ceph", package: "ceph-common", network: true },
  {
    types: ["glusterfs", "fuse.glusterfs"],
    program: "mount.glusterfs",
    package: "glusterfs-client",
    network: true,
  },
  { types: ["ntfs-3g"], program: "ntfs-3g", package: "ntfs-3g", network: false },
];

/** The program that mounts this type and the package that has it; undefined where the kernel needs none. */
export function helperOf({ type }: FstabEntry): { program: string; package: string } | undefined {
  return helpers.find(({ types }) => types.includes(type));
}

/** host:/path, [address]:/path, //host/share, user@host:path of sshfs. */
const remote = /^(?:\/\/([^/]+)\/|(?:[^/@]*@)?(?:\[([^\]]+)\]|([^/:=@]+)):)/;

/** Is another machine needed to mount it? */
export function isNetwork({ device, type, options }: FstabEntry): boolean {
  if (options.includes("_netdev") || helpers.some((one) => one.network && one.types.includes(type)))
    return true;
  // Plan 9's protocol also speaks to the host of a virtual machine, with no network.
  if (type === "9p") return options.some((option) => /^trans=(tcp|rdma)$/.test(option));
  return remote.test(device) && !device.startsWith("/dev/");
}

/** The machine that an entry is mounted from, undefined if its device names none. */
export function hostOf({ device }: FstabEntry): string | undefined {
  const [, share, address, host] = remote.exec(device) ?? [];
  return share ?? address ?? host;
}

/** Has it one of these options? A name that ends in "=" stands for the option with any value. */
function has({ options }: FstabEntry, ...names: string[]): boolean {
  return options.some((option) => names.some((name) => option === name || option.startsWith(name)));
}

const isLater = (entry: FstabEntry) => has(entry, "noauto", "x-systemd.automount");

/**
 * The options that keep a line from stopping the boot, where it does not have them (systemd.mount(5)). A mount that
 * fails says so and the boot goes on, but logins still wait for it: nobody is to work in an empty /home.
 */
export function safeOptions(entry: FstabEntry, swapPriority: number): string[] {
  const add = (option: string, ...unless: string[]) => (has(entry, ...unless, option) ? [] : [option]);
  if (entry.type === "swap")
    return [...add("nofail", "noauto"), ...(has(entry, "pri=") ? [] : [`pri=${swapPriority}`])];
  if (isNetwork(entry)) {
    const patience = isLater(entry) ? [] : add("x-systemd.mount-timeout=30s", "x-systemd.mount-timeout=");
    return [...add("_netdev"), ...patience];
  }
  // Without nofail, a local file system that is not there ends in systemd's emergency shell.
  if (isLater(entry) || has(entry, "nofail")) return [];
  const isDisk = /^(\/dev\/|[A-Z]+=)/.test(entry.device);
  const patience = isDisk ? add("x-systemd.device-timeout=30s", "x-systemd.device-timeout=") : [];
  return ["nofail", ...add("x-systemd.before=local-fs.target"), ...patience];
}
