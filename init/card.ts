import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../conf/failure.ts";
import { parseMac } from "../conf/mac.ts";
import { busybox } from "./busybox.ts";
import { loadDrivers } from "./modules.ts";

/** How long a card may take to appear and to get a link, in seconds: USB cards and switches are slow. */
const PATIENCE = 20;

/** A network card: its name (`eth0`) and MAC address. */
export interface Card {
  name: string;
  mac: string;
}

const net = "/sys/class/net";

/** What the kernel says of a card; "" where it says nothing (a card that is down has no carrier). */
function attribute(name: string, file: string): string {
  try {
    return readFileSync(`${net}/${name}/${file}`, "utf8").trim();
  } catch {
    return "";
  }
}

/** The wired cards that are there. Type 1 is Ethernet (linux/if_arp.h). */
function cards(): Card[] {
  return readdirSync(net)
    .filter((name) => attribute(name, "type") === "1" && attribute(name, "device/uevent") !== "")
    .map((name) => ({ name, mac: attribute(name, "address") }));
}

/** PCI devices of class 02, network, that no driver has taken: "8086:15f3". */
function orphans(): string[] {
  const pci = "/sys/bus/pci/devices";
  return readdirSync(pci)
    .filter((slot) => readFileSync(`${pci}/${slot}/class`, "utf8").startsWith("0x02"))
    .filter((slot) => !readdirSync(`${pci}/${slot}`).includes("driver"))
    .map((slot) =>
      ["vendor", "device"]
        .map((id) => readFileSync(`${pci}/${slot}/${id}`, "utf8").trim().slice(2))
        .join(":"),
    );
}

/** Why there is no card to boot from, in words that lead to the cause. */
function noCard(wanted: string | undefined): Failure {
  const there = cards();
  const undriven = orphans();
  if (undriven.length > 0)
    return new Failure(
      "missing",
      `network card ${undriven.join(", ")} (PCI vendor:device)`,
      "there is no driver for it in modules.img, nor in modules-rare.img if that was fetched",
      "Has the image's kernel one? A newer kernel may; on the server then: ltsp image IMAGE, ltsp ipxe",
    );
  if (there.length === 0)
    return new Failure(
      "missing",
      "network card",
      "this machine has none that the kernel can see",
      "Check that the firmware's setup has the network card enabled.",
    );
  const list = there.map(({ name, mac }) => `${name} (${mac})`).join(", ");
  return new Failure(
    "unreachable",
    wanted === undefined ? `network cards ${list}` : `network card ${wanted} (BOOTIF)`,
    wanted === undefined ? "none has a link" : `it is not there; this machine has ${list}`,
    "Check the network cable and the switch.",
  );
}

/**
 * The card that PXE booted from (BOOTIF), up; without BOOTIF, or `device` by name, the first card with a link.
 * Waits for cards that appear late.
 */
export async function bootCard(tried: Set<string>, bootif?: string, device?: string): Promise<Card> {
  const wanted = bootif === undefined ? undefined : parseMac(bootif);
  for (let waited = 0; waited < PATIENCE; waited += 0.1) {
    const there = cards().filter(
      ({ name, mac }) =>
        (wanted === undefined || mac === wanted) && (device === undefined || name === device),
    );
    for (const { name } of there) if (!isUp(name)) busybox("ip", "link", "set", "dev", name, "up");
    const linked = there.find(({ name }) => attribute(name, "carrier") === "1");
    if (linked !== undefined) return linked;
    loadDrivers(tried);
    await sleep(100);
  }
  throw noCard(wanted);
}

/** IFF_UP (linux/if.h) is the lowest bit of a card's flags, "0x1003". */
function isUp(name: string): boolean {
  return (Number(attribute(name, "flags")) & 1) === 1;
}
