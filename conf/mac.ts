import { Failure } from "./failure.ts";

const usual = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

/** `01-` is the ARP hardware type of Ethernet, which PXELINUX and iPXE put in front of BOOTIF's address. */
const spellings = [
  /^(?:01[-:])?([0-9a-f]{2})([-:])([0-9a-f]{2})(?:\2[0-9a-f]{2}){4}$/,
  /^[0-9a-f]{12}$/,
  /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}$/,
];

/**
 * A MAC address in any usual spelling (aa:bb:…, AA-BB-…, aabbccddeeff, aabb.ccdd.eeff, BOOTIF's 01-aa-bb-…)
 * as aa:bb:cc:dd:ee:ff; undefined if the text is none.
 */
export function macOf(text: string): string | undefined {
  // Most texts that are asked about are names; most addresses are written as they should be.
  if (text.length < 12) return undefined;
  const lower = text.trim().toLowerCase();
  if (usual.test(lower)) return lower;
  if (!spellings.some((spelling) => spelling.test(lower))) return undefined;
  return lower
    .replace(/[^0-9a-f]/g, "")
    .slice(-12)
    .replace(/..(?=.)/g, "$&:");
}

/** As macOf, but a Failure that names what was given if the text is no MAC address. */
export function parseMac(text: string): string {
  const mac = macOf(text);
  if (mac === undefined) {
    throw new Failure(
      "invalid",
      `MAC address "${text}"`,
      "that is not six pairs of hexadecimal digits",
      "Write it like 52:54:00:12:34:56; a client shows its own with: ip link",
    );
  }
  return mac;
}

/** The spellings that a section's glob may be meant for: colons, dashes, none, dots. `mac` as parseMac gives it. */
export function macSpellings(mac: string): string[] {
  const plain = mac.replaceAll(":", "");
  return [mac, mac.replaceAll(":", "-"), plain, plain.replace(/....(?=.)/g, "$&.")];
}
