import type { Client } from "./facts.ts";
import { link, readText, writeText } from "./files.ts";

/**
 * Keeps whatever manages networks in the image away from the card that the root comes through: taken down or
 * renamed, it would take the whole system with it. Other cards stay theirs. All of it is written below /run: an
 * administrative client, which shares its root with all others, has it too.
 */
export function network(client: Client): void {
  udev(client);
  networkd(client);
  networkManager(client);
  otherDaemons(client);
  onlineAlready(client);
}

/** The card keeps its name: kernels since 6.2 can rename a card that is in use, and what follows counts on the name. */
function udev({ run, lease }: Client): void {
  writeText(
    `${run}/systemd/network/00-ltsp.link`,
    `[Match]\nOriginalName=${lease.card}\nMACAddress=${lease.mac}\n\n[Link]\nNamePolicy=\nName=${lease.card}\nMACAddressPolicy=none\n`,
  );
}

/**
 * systemd-networkd, and netplan's files for it: of all directories' files the first in order of names that matches a
 * card wins (systemd.network(5)). netplan's are called 10-netplan-….
 */
function networkd({ run, lease }: Client): void {
  writeText(
    `${run}/systemd/network/00-ltsp.network`,
    `[Match]\nName=${lease.card}\nMACAddress=${lease.mac}\n\n[Link]\nUnmanaged=yes\n`,
  );
}

/**
 * NetworkManager, and netplan's files for it. What stands in /etc is read after /run and may have another
 * unmanaged-devices= (NetworkManager.conf(5)), so it is said in the second of its ways too.
 */
function networkManager({ run, lease }: Client): void {
  const card = `mac:${lease.mac};interface-name:=${lease.card}`;
  const lines = [
    ...["[main]", "rc-manager=unmanaged", ""],
    ...["[keyfile]", `unmanaged-devices+=${card}`, ""],
    ...["[device-ltsp]", `match-device=${card}`, "managed=0"],
  ];
  writeText(`${run}/NetworkManager/conf.d/zz-ltsp.conf`, `${lines.join("\n")}\n`);
}

/** Daemons that take every card that their one configuration file does not deny them. */
interface Daemon {
  file: string;
  service: string;
  /** The file's text without this card. */
  without: (text: string, card: string) => string;
}

const greedy: Daemon[] = [
  {
    file: "etc/dhcpcd.conf",
    service: "dhcpcd.service",
    // Above all else: behind a line `interface …` it would speak of that interface alone (dhcpcd.conf(5)).
    without: (text, card) => `denyinterfaces ${card}\n${text}`,
  },
  {
    file: "etc/connman/main.conf",
    service: "connman.service",
    without: (text, card) => {
      const listed = [...text.matchAll(/^\s*NetworkInterfaceBlacklist\s*=\s*(.*)$/gm)].at(-1)?.[1];
      // Its default is gone once there is a list (connman.conf(5)).
      const list = `${listed ?? "vmnet,vboxnet,virbr,ifb,ve-,vb-"},${card}`;
      return `${text.trimEnd()}\n[General]\nNetworkInterfaceBlacklist=${list}\n`;
    },
  },
];

/** dhcpcd and ConnMan: their services see another file in the place of the image's, which stays as it is. */
function otherDaemons({ root, run, lease }: Client): void {
  for (const { file, service, without } of greedy) {
    const text = readText(`${root}/${file}`);
    if (text === "") continue;
    const own = `ltsp/${service}.conf`;
    writeText(`${run}/${own}`, without(text, lease.card));
    writeText(
      `${run}/systemd/system/${service}.d/ltsp.conf`,
      `[Service]\nBindReadOnlyPaths=/run/${own}:/${file}\n`,
    );
  }
}

/**
 * The network is up before systemd starts: services that wait for it would wait for cards that nobody needs. And
 * cloud-init, which sets a machine's name, network and ssh keys at its first boot, would take every boot for that:
 * without its generator nothing starts it.
 */
const unneeded = [
  "system/systemd-networkd-wait-online.service",
  "system/NetworkManager-wait-online.service",
  "system/ifupdown-wait-online.service",
  "system/connman-wait-online.service",
  "system-generators/cloud-init-generator",
];

function onlineAlready({ run, lease }: Client): void {
  for (const name of [...unneeded, `system/dhcpcd@${lease.card}.service`])
    link("/dev/null", `${run}/systemd/${name}`);
}
