/** Four numbers from 0 to 255. (node:net has this too, and takes a tenth of the client's start-up time to load.) */
const dotted = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Is this a dotted IPv4 address? */
export function isAddress(text: string | undefined): text is string {
  return text !== undefined && dotted.test(text);
}

/** Is this an IPv6 address, as node:net's isIP takes it: with a zone (fe80::1%eth0) or without? */
export function isIPv6(text: string): boolean {
  const [, address = "", zone] = /^([0-9a-f:.]+)(%.*)?$/i.exec(text) ?? [];
  if (zone !== undefined && !/^%[0-9a-z:.-]+$/i.test(zone)) return false;
  const halves = address.split("::");
  const [before = [], after = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...before, ...after];
  // A dotted address at the end stands for two groups.
  const last = groups.at(-1);
  const dots = isAddress(last) && !address.endsWith("::");
  const right = (dots ? groups.slice(0, -1) : groups).every((group) => /^[0-9a-f]{1,4}$/i.test(group));
  const count = groups.length + (dots ? 1 : 0);
  return right && (halves.length === 2 ? count < 8 : halves.length === 1 && count === 8);
}

/** Is this an address of either kind? */
export function isAnyAddress(text: string): boolean {
  return isAddress(text) || isIPv6(text);
}

/** A dotted IPv4 address as a number: 1.0.0.0 is 2^24. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}

/** Are two dotted IPv4 addresses in one subnet of this size, 24 in 192.168.67.20/24? */
export function sameSubnet(one: string, other: string, prefixLength: number): boolean {
  const [first, second] = [one, other].map((ip) => Math.floor(addressNumber(ip) / 2 ** (32 - prefixLength)));
  return first === second;
}
