import { isAddress, sameSubnet } from "../conf/address.ts";
import { fstabFault } from "../conf/values/lines.ts";
import type { Client } from "./facts.ts";
import { filesIn, link, writeText } from "./files.ts";
import {
  entryLine,
  type FstabEntry,
  fstabLines,
  helperOf,
  hostOf,
  isNetwork,
  parseEntry,
  safeOptions,
} from "./fstab-entry.ts";
import { hasProgram } from "./programs.ts";
import { swapPriority } from "./swap-priority.ts";
import { escapePath } from "./unit-name.ts";

const header =
  "# Written by ltsp at boot: the FSTAB_x lines of ltsp.conf, with options that keep the boot going.";

/**
 * /etc/fstab: only FSTAB_x. The image's own, and its swap units, name the disks of the machine that the image was made
 * from.
 */
export function fstab(client: Client): void {
  const file = `${client.root}/etc/fstab`;
  // Should the settings fail, the image's own lines must be gone all the same.
  writeText(file, `${header}\n`);
  forgetSwapUnits(client);
  const directories = new Set<string>();
  const lines = fstabLines(client.settings).flatMap(({ name, line }) =>
    accepted(client, name, line, directories),
  );
  if (lines.length > 0) writeText(file, `${[header, ...lines].join("\n")}\n`);
}

function forgetSwapUnits({ root }: Client): void {
  const directory = `${root}/etc/systemd/system`;
  for (const name of filesIn(directory))
    if (name.endsWith(".swap") && !name.startsWith("dev-zram")) link("/dev/null", `${directory}/${name}`);
}

/** The line as it goes to /etc/fstab: with safe options, or none if it makes no sense. */
function accepted(client: Client, name: string, line: string, directories: Set<string>): string[] {
  if (line.startsWith("#")) return [line];
  const fault = fstabFault(line);
  const entry = parseEntry(line);
  const [why, remedy] =
    fault !== undefined
      ? [`${named(line)} is left out: ${fault}`, "A line is: device, directory, type, options."]
      : (obstacle(client, entry, directories) ?? []);
  if (why !== undefined) {
    client.warn(client.settings.failure(name, why, remedy ?? ""));
    return [];
  }
  if (entry.type !== "swap") directories.add(entry.directory);
  if (isNetwork(entry) && isNear(client, entry)) mountEarly(client, entry);
  const more = safeOptions(entry, swapPriority.disk);
  return [more.length === 0 ? line : entryLine({ ...entry, options: [...entry.options, ...more] })];
}

/** A line as messages name it: without its options, which may hold a password. */
const named = (line: string): string => line.split(/\s+/).slice(0, 3).join(" ");

/** Why a line that is written well cannot be mounted in this client, and what to do. */
function obstacle(
  client: Client,
  entry: FstabEntry,
  directories: ReadonlySet<string>,
): [string, string] | undefined {
  const { directory } = entry;
  if (/^\/+$/.test(directory))
    return ["/ is left out: it is the root that the client has booted from", "Take the line out."];
  if (directories.has(directory))
    return [`a second line for ${directory} is left out`, "Take one of the two out."];
  const helper = helperOf(entry);
  if (helper === undefined || hasProgram(client, helper.program)) return undefined;
  return [
    `${directory} is not mounted: the image has no ${helper.program}, which mounts ${entry.type}`,
    `Install ${helper.package} in the image: apt install ${helper.package}`,
  ];
}

/** Is it mounted from a machine that the boot's card reaches by itself and that no resolver is needed for? */
function isNear({ lease, server }: Client, entry: FstabEntry): boolean {
  const host = hostOf(entry);
  if (host === undefined) return false;
  if (host === "server" || host === server) return true;
  return isAddress(host) && sameSubnet(host, lease.address, lease.prefixLength);
}

/**
 * By default, a network mount waits for network.target, and so for NetworkManager, which has no part in the card
 * that the client booted from. What is left of the default dependencies is of systemd.mount(5).
 */
function mountEarly({ run }: Client, { directory }: FstabEntry): void {
  // fstab(5): a space, tab, newline or backslash is written in octal.
  const path = directory.replaceAll(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  writeText(
    `${run}/systemd/system/${escapePath(path)}.mount.d/ltsp.conf`,
    `[Unit]
DefaultDependencies=no
Conflicts=umount.target
Before=umount.target remote-fs.target
After=remote-fs-pre.target
`,
  );
}
