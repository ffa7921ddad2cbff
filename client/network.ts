import { readdirSync } from "node:fs";
import type { Client } from "./facts.ts";
import { link, readText, writeText } from "./files.ts";

/**
 * Keeps whatever manages networks in the image away from the card that the root comes through: taken down or
 * renamed, it would take the whole system with it. Other cards stay theirs.
 */
export function network(client: Client): void {
  udev(client);
  networkd(client);
  networkManager(client);
  ifupdown(client);
  onlineAlready(client);
}

/** The card keeps its name: udev cannot rename a card that is in use, and what follows counts on the name. */
function udev({ root, lease }: Client): void {
  writeText(
    `${root}/etc/systemd/network/00-ltsp.link`,
    `[Match]\nOriginalName=${lease.card}\nMACAddress=${lease.mac}\n\n[Link]\nNamePolicy=\nName=${lease.card}\nMACAddressPolicy=none\n`,
  );
}

/** systemd-networkd, and netplan's files for it: the first file in order that matches a card wins. */
function networkd({ root, lease }: Client): void {
  writeText(
    `${root}/etc/systemd/network/00-ltsp.network`,
    `[Match]\nName=${lease.card}\nMACAddress=${lease.mac}\n\n[Link]\nUnmanaged=yes\n`,
  );
}

/** NetworkManager, and netplan's files for it; its last file in order wins. */
function networkManager({ root, lease }: Client): void {
  writeText(
    `${root}/etc/NetworkManager/conf.d/zz-ltsp.conf`,
    `[main]\nrc-manager=unmanaged\n\n[keyfile]\nunmanaged-devices+=mac:${lease.mac}\n`,
  );
}

/** ifupdown's words that bring a card up by themselves, and netplan's or cloud-init's spellings of them. */
const automatic = /^\s*(auto|allow-auto|allow-hotplug)\s+(.*)$/;

/**
 * ifupdown: no wired card comes up by itself any more. Its files may call the card by a name that udev would
 * have given it, so the name does not tell which one it is.
 */
function ifupdown({ root }: Client): void {
  const directory = `${root}/etc/network/interfaces.d`;
  const more = filesIn(directory).map((file) => `${directory}/${file}`);
  for (const file of [`${root}/etc/network/interfaces`, ...more]) {
    const before = readText(file);
    const after = before.replaceAll(new RegExp(automatic, "gm"), (line, word: string, names: string) => {
      const kept = names.split(/\s+/).filter((name) => name === "lo" || name.startsWith("wl"));
      if (kept.length === names.split(/\s+/).length) return line;
      return kept.length > 0 ? `${word} ${kept.join(" ")}` : `# ltsp: the boot's network card is up: ${line}`;
    });
    if (after !== before) writeText(file, after);
  }
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** The network is up before systemd starts; services that wait for it would wait for cards that nobody needs. */
function onlineAlready({ root }: Client): void {
  for (const service of ["systemd-networkd-wait-online", "NetworkManager-wait-online"])
    link("/dev/null", `${root}/etc/systemd/system/${service}.service`);
}
