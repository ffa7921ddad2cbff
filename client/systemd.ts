import type { Client } from "./facts.ts";
import { link, writeText } from "./files.ts";

const PARAMETER = "JOURNAL_SIZE";

/** Generators that make units of the local disks, which clients neither need nor wait for (systemd.generator(7)). */
const diskGenerators: { name: string; why: string }[] = [
  { name: "systemd-gpt-auto-generator", why: "mounts and swaps what a disk's partition types say" },
  { name: "systemd-cryptsetup-generator", why: "waits for the disks of the image's /etc/crypttab" },
  { name: "systemd-integritysetup-generator", why: "waits for the disks of the image's /etc/integritytab" },
  { name: "systemd-veritysetup-generator", why: "waits for the disks of the image's /etc/veritytab" },
];

/** How long a service that does not stop keeps a client from powering off; systemd's own is 90 s. */
const STOP_TIMEOUT = "10s";

/**
 * What systemd itself is to do differently on a client, in /run: it leaves the local disks alone, keeps its journal in
 * RAM, and waits less for what does not stop.
 */
export function systemd(client: Client): void {
  const directory = `${client.run}/systemd`;
  for (const { name } of diskGenerators) link("/dev/null", `${directory}/system-generators/${name}`);
  // The last name in order wins, whatever the directory.
  const journal = ["[Journal]", "Storage=volatile", `RuntimeMaxUse=${journalSize(client)}`];
  writeText(`${directory}/journald.conf.d/zz-ltsp.conf`, lines(journal));
  const timeout = lines(["[Manager]", `DefaultTimeoutStopSec=${STOP_TIMEOUT}`]);
  writeText(`${directory}/system.conf.d/zz-ltsp.conf`, timeout);
  writeText(`${directory}/user.conf.d/zz-ltsp.conf`, timeout);
  // A user's own systemd says 120 s.
  const session = lines(["[Service]", `TimeoutStopSec=${STOP_TIMEOUT}`]);
  writeText(`${directory}/system/user@.service.d/zz-ltsp.conf`, session);
}

const lines = (all: readonly string[]) => `${all.join("\n")}\n`;

/** JOURNAL_SIZE, by default 32M: more than a school day's worth. */
function journalSize({ settings, warn }: Client): string {
  const asked = settings.get(PARAMETER)?.trim() ?? "";
  if (asked === "") return "32M";
  if (/^[1-9]\d{0,9}[KMG]?$/.test(asked)) return asked;
  warn(settings.failure(PARAMETER, `"${asked}" is no size`, "Write for instance JOURNAL_SIZE=32M."));
  return "32M";
}
