import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seats } from "../../../client/seats.ts";
import { clientWith, fileOf } from "./client.ts";

/** What /sys says of a PCI function: where it is on which bus, its class, and whether the BIOS uses it first. */
interface Function {
  path: string;
  class: string;
  boot?: string;
}

const network: Function = { path: "pci0000:00/0000:00:03.0", class: "0x020000" };
const onboard: Function = { path: "pci0000:00/0000:00:02.0", class: "0x030000", boot: "0" };
const onboardSound: Function = { path: "pci0000:00/0000:00:1f.3", class: "0x040300" };
const plugged: Function = { path: "pci0000:00/0000:00:01.0/0000:01:00.0", class: "0x030000", boot: "1" };
const pluggedSound: Function = { path: "pci0000:00/0000:00:01.0/0000:01:00.1", class: "0x040300" };
const notebook: Function = { path: "pci0000:00/0000:00:1c.0/0000:02:00.0", class: "0x030200" };

function seatsOf(conf: string, pc: readonly Function[]) {
  const client = clientWith(`[clients]\n${conf}`);
  const sys = join(client.root, "sys");
  mkdirSync(`${sys}/bus/pci/devices`, { recursive: true });
  for (const { path, class: pciClass, boot } of pc) {
    const directory = `${sys}/devices/${path}`;
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/class`, `${pciClass}\n`);
    if (boot !== undefined) writeFileSync(`${directory}/boot_vga`, `${boot}\n`);
    symlinkSync(`../../../devices/${path}`, `${sys}/bus/pci/devices/${path.split("/").at(-1)}`);
  }
  seats(client, sys);
  const rules = () =>
    fileOf(client, "run/udev/rules.d/72-ltsp-seats.rules")
      .split("\n")
      .filter((line) => line.startsWith("TAG"));
  return { rules, warnings: client.warnings };
}

const rule = (match: string, seat = "seat-1") => `TAG=="seat", DEVPATH=="${match}", ENV{ID_SEAT}="${seat}"`;

test("MULTISEAT: the card that the BIOS does not use is the second seat's", () => {
  const { rules, warnings } = seatsOf("MULTISEAT=1", [network, onboard, onboardSound, plugged, pluggedSound]);
  expect(warnings).toEqual([]);
  expect(rules()[0]).toBe(rule("/devices/pci0000:00/0000:00:02.0|/devices/pci0000:00/0000:00:02.0/*"));
  expect(rules().join()).not.toContain("0000:01:00");
  // The sound on the board is the first seat's.
  expect(rules().join()).not.toContain("0000:00:1f.3");
});

test("MULTISEAT: a card takes its own sound along", () => {
  const { rules } = seatsOf("MULTISEAT=1", [
    { ...onboard, boot: "1" },
    onboardSound,
    { ...plugged, boot: "0" },
    pluggedSound,
  ]);
  const [card, sound] = rules();
  expect(card).toContain("/devices/pci0000:00/0000:00:01.0/0000:01:00.0/*");
  expect(sound).toContain("/devices/pci0000:00/0000:00:01.0/0000:01:00.1/*");
});

test("MULTISEAT: the USB ports with an even number, and what is plugged into them", () => {
  const { rules } = seatsOf("MULTISEAT=1", [onboard, plugged]);
  const [, usb, behindHub] = rules();
  expect(usb).toContain("*/usb?/?-[2468]|*/usb?/?-[2468]/*|*/usb?/?-[123][02468]|");
  expect(behindHub).toContain("*/usb?/?-1/?-1.[2468]|");
});

test.each([
  ["one card", [onboard, network]],
  ["a notebook's second card, which has no screen", [onboard, notebook]],
  ["no PCI", []],
])("MULTISEAT with %s: a warning, and one seat", (_, pc) => {
  const { rules, warnings } = seatsOf('MULTISEAT=1\nUDEV_SEAT_1_USB="*/usb1/1-2/*"', pc);
  expect(warnings.join()).toContain(
    "ltsp.conf:2:1: this PC has no second graphics card, so it stays one seat",
  );
  expect(rules).toThrow("ENOENT");
});

test("UDEV_SEAT_1_USB replaces the ports that MULTISEAT would take, and only those", () => {
  const { rules } = seatsOf('MULTISEAT=1\nUDEV_SEAT_1_USB="*/usb?/?-[1,3]/*"', [onboard, plugged]);
  expect(rules()).toHaveLength(2);
  expect(rules()[0]).toContain("0000:00:02.0");
  expect(rules()[1]).toBe(rule("*/usb?/?-[1,3]/*"));
});

test("UDEV_SEAT_1_GRAPHICS is a second screen that needs no second card of PCI's", () => {
  const { rules, warnings } = seatsOf('MULTISEAT=1\nUDEV_SEAT_1_GRAPHICS="*/usb1/1-3/*"', [onboard]);
  expect(warnings).toEqual([]);
  expect(rules()).toEqual([rule("*/usb1/1-3/*")]);
});

test("UDEV_SEAT_1_USB=auto is what MULTISEAT finds", () => {
  const { rules } = seatsOf("MULTISEAT=1\nUDEV_SEAT_1_USB=auto", [onboard, plugged]);
  expect(rules().join()).toContain("*/usb?/?-[2468]");
});

test("other UDEV_SEAT_n_x come after what MULTISEAT finds, and so have the last word", () => {
  const { rules } = seatsOf('MULTISEAT=1\nUDEV_SEAT_0_DOOR="*/usb1/1-2/*"', [onboard, plugged]);
  expect(rules().at(-1)).toBe(rule("*/usb1/1-2/*", "seat0"));
  expect(rules().length).toBeGreaterThan(2);
});

test("UDEV_SEAT_n_x alone: any number of seats, whatever cards there are", () => {
  const { rules, warnings } = seatsOf('UDEV_SEAT_1_A="*/usb1/1-4/*"\nUDEV_SEAT_2_A="*/usb1/1-5/*"', []);
  expect(warnings).toEqual([]);
  expect(rules()).toEqual([rule("*/usb1/1-4/*"), rule("*/usb1/1-5/*", "seat-2")]);
});

test("a pattern that would break the rule is left out", () => {
  const { rules, warnings } = seatsOf(`UDEV_SEAT_1_A='*", RUN+="/x'\nUDEV_SEAT_1_B=*/usb1/*`, []);
  expect(warnings.join()).toContain("ltsp.conf:2:1: ");
  expect(rules()).toEqual([rule("*/usb1/*")]);
});

test("without any of them there is no rule", () => {
  const { rules, warnings } = seatsOf("MULTISEAT=0", [onboard, plugged]);
  expect(warnings).toEqual([]);
  expect(rules).toThrow("ENOENT");
});
