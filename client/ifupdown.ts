import type { Client } from "./facts.ts";
import { filesIn, link, readText, writeText } from "./files.ts";

/**
 * ifupdown: it brings up neither the card that the root comes through, nor a bridge or bond that would take it in.
 * A wired or Wi-Fi card that the image's files start with `auto`, and that this PC may not have, starts when it
 * appears; waiting for it would fail the boot's networking.service. All of it is written below /run.
 */
export function ifupdown({ root, run, lease }: Client): void {
  const text = interfaces(root);
  if (text === "") return;
  const { excluded, later } = sorted(text, lease.card);
  const before = /^\s*EXCLUDE_INTERFACES=["']?([^"'\n]*)/m.exec(
    readText(`${root}/etc/default/networking`),
  )?.[1];
  const patterns = [before ?? "", lease.card, `${lease.card}:*`, `${lease.card}.*`, ...excluded, ...later];
  writeText(`${run}/ltsp/networking`, `EXCLUDE_INTERFACES="${patterns.join(" ").trim()}"\n`);
  const units = `${run}/systemd/system`;
  // Of EnvironmentFile= the last counts; ifup reads the variable since it is called with --read-environment.
  writeText(`${units}/networking.service.d/ltsp.conf`, "[Service]\nEnvironmentFile=/run/ltsp/networking\n");
  // What udev starts for a card that is allow-hotplug.
  link("/dev/null", `${units}/ifup@${lease.card}.service`);
  for (const name of later) whenItAppears(units, name);
}

/** /etc/network/interfaces and what it usually takes in. */
function interfaces(root: string): string {
  const file = `${root}/etc/network/interfaces`;
  const text = readText(file);
  if (text === "") return "";
  return [text, ...filesIn(`${file}.d`).map((name) => readText(`${file}.d/${name}`))].join("\n");
}

/** What udev calls cards, by itself or from the kernel. */
const cardName = /^(e(n|th)|wl|ww|usb)[a-z0-9]+$/;
/** A VLAN or a further address of a wired card, and what a bridge takes in: all wired cards, whatever they are called. */
const onWire = /^e(n|th)[a-z0-9]*[.:]/;
const wiredPort = /[\s:](e(n|th)[a-z0-9]+|all|regex)\b/;

/** The automatic interfaces: those never to be brought up, and the cards to wait for without holding up the boot. */
function sorted(text: string, card: string): { excluded: string[]; later: string[] } {
  const stanzas = text.split(/^(?=[ \t]*(?:iface|auto|allow-|mapping|source|no-|rename|template)\b)/m);
  const definitions = (name: string) =>
    stanzas
      .filter((stanza) => /^\s*iface\s+(\S+)/.exec(stanza)?.[1] === name)
      .map((one) => one.replace(/^.*/, ""));
  const names = [...text.matchAll(/^[ \t]*(?:auto|allow-auto)[ \t]+(.*)$/gm)]
    .flatMap(([, list = ""]) => list.split(/\s+/))
    .filter((name) => name !== "lo" && name !== card && /^[\w.:-]+$/.test(name));
  return {
    later: names.filter((name) => cardName.test(name)),
    excluded: names.filter(
      (name) =>
        onWire.test(name) || (!cardName.test(name) && definitions(name).some((one) => wiredPort.test(one))),
    ),
  };
}

/** systemd wants a device's service when udev announces the device. */
function whenItAppears(units: string, name: string): void {
  const service = `ifup@${name}.service`;
  // Debian's own asks for the class hotplug, in which the card is not.
  writeText(`${units}/${service}.d/ltsp.conf`, `[Service]\nExecStart=\nExecStart=/sbin/ifup ${name}\n`);
  link(
    `/lib/systemd/system/ifup@.service`,
    `${units}/sys-subsystem-net-devices-${name}.device.wants/${service}`,
  );
}
