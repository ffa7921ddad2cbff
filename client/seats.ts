import { realpathSync } from "node:fs";
import { devicePathsPattern } from "../conf/values/xorg.ts";
import type { Client } from "./facts.ts";
import { filesIn, readText, writeText } from "./files.ts";

/** A udev rule of a seat. `name` is the rest of the parameter that says otherwise, as in UDEV_SEAT_1_USB. */
interface Rule {
  seat: string;
  name: string;
  /** Matches of the device, in the words of udev(7). */
  match: string;
}

/**
 * MULTISEAT and UDEV_SEAT_n_x: which devices are not the first seat's. The file's number stands between those of
 * udev's own rules, 71-seat.rules, which tags what can belong to a seat, and 73-seat-late.rules, which hands a seat
 * on to what is plugged into it. `sys` is where sysfs is mounted.
 */
export function seats(client: Client, sys = "/sys"): void {
  const given = givenRules(client);
  let rules = given;
  if (client.settings.flag("MULTISEAT", false)) {
    const automatic = automaticRules(sys).filter(
      ({ name }) => !given.some((rule) => rule.seat === "seat-1" && rule.name === name),
    );
    const hasScreen = [...automatic, ...given].some(
      ({ seat, name }) => seat !== "seat0" && name === "GRAPHICS",
    );
    if (!hasScreen) {
      const why = "this PC has no second graphics card, so it stays one seat";
      const remedy =
        "Set MULTISEAT in the sections of PCs that have two; some have to be told in the BIOS to keep both cards on.";
      client.warn(client.settings.failure("MULTISEAT", why, remedy));
      return;
    }
    rules = [...automatic, ...given];
  }
  if (rules.length === 0) return;
  const lines = rules.map(({ seat, match }) => `TAG=="seat", ${match}, ENV{ID_SEAT}="${seat}"`);
  const text = `${["# Written by ltsp at boot: MULTISEAT and UDEV_SEAT_n_x of ltsp.conf.", ...lines].join("\n")}\n`;
  writeText(`${client.run}/udev/rules.d/72-ltsp-seats.rules`, text);
}

const devpath = (...patterns: string[]) => `DEVPATH=="${patterns.join("|")}"`;

/** A device, and what is below it. */
const tree = (path: string) => [path, `${path}/*`];

/** The UDEV_SEAT_n_x, which have the last word. `auto` is what MULTISEAT finds by itself. */
function givenRules({ settings, warn }: Client): Rule[] {
  return settings.family("UDEV_SEAT_").flatMap(({ name: parameter, value }) => {
    const [, number, name] = /^UDEV_SEAT_(\d+)_(.+)$/.exec(parameter) ?? [];
    if (number === undefined || name === undefined || value === "auto") return [];
    if (devicePathsPattern.test(value)) {
      return { seat: Number(number) === 0 ? "seat0" : `seat-${Number(number)}`, name, match: devpath(value) };
    }
    const why = `"${value}" is left out: a pattern of device paths has no spaces and no quotes in it`;
    warn(settings.failure(parameter, why, "Write for instance */usb1/1-2/*."));
    return [];
  });
}

/** The second seat: the second graphics card with its sound, and every second USB port. */
function automaticRules(sys: string): Rule[] {
  const [, second] = graphicsCards(sys);
  if (second === undefined) return [];
  const seat = "seat-1";
  const sound = soundOf(sys, second);
  return [
    { seat, name: "GRAPHICS", match: devpath(...tree(devicePath(sys, second))) },
    ...(sound === undefined
      ? []
      : [{ seat, name: "SOUND", match: devpath(...tree(devicePath(sys, sound))) }]),
    { seat, name: "USB", match: devpath(...evenPorts.flatMap(tree)) },
    { seat, name: "USB", match: `${devpath(...behindIntelHub.flatMap(tree))}, ${intelHub}` },
  ];
}

/** The ports of the controllers themselves with an even number, of buses 1 to 99. */
const evenPorts = ["*/usb?/?", "*/usb??/??"].flatMap((bus) => [`${bus}-[2468]`, `${bus}-[123][02468]`]);

/** PCs of about 2009 to 2014 have all their USB 2 ports behind a hub of the chipset's, on port 1 of each controller. */
const behindIntelHub = ["*/usb?/?-1/?-1.[2468]", "*/usb??/??-1/??-1.[2468]"];
const intelHub = 'ATTRS{idVendor}=="8087", ATTRS{bDeviceClass}=="09"';

const devices = (sys: string) => `${sys}/bus/pci/devices`;
const classOf = (sys: string, address: string) => readText(`${devices(sys)}/${address}/class`).trim();

/**
 * The addresses of graphics cards, that which the BIOS uses first. Classes of PCI: 0300 is VGA, 0380 another
 * display; 0302 has no screen of its own (the faster half of a notebook's two).
 */
function graphicsCards(sys: string): string[] {
  // A machine without PCI has no second card.
  const addresses = filesIn(devices(sys)).sort();
  const isBoot = (address: string) => readText(`${devices(sys)}/${address}/boot_vga`).trim() === "1";
  const cards = addresses.filter((address) => /^0x03(00|80)/.test(classOf(sys, address)));
  return [...cards.filter(isBoot), ...cards.filter((address) => !isBoot(address))];
}

/** A card's sound, for HDMI and DisplayPort, is its function 1; others (of a processor) may be the whole PC's. */
function soundOf(sys: string, card: string): string | undefined {
  const sound = card.replace(/\.\d$/, ".1");
  return classOf(sys, sound).startsWith("0x0403") ? sound : undefined;
}

/** A device's path as udev has it: without /sys. */
function devicePath(sys: string, address: string): string {
  return realpathSync(`${devices(sys)}/${address}`).slice(realpathSync(sys).length);
}
