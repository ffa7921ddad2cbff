import { addressNumber, isAddress } from "./address.ts";

/**
 * What `%{IP}` is: the number of an IPv4 address in its subnet. 192.168.67.20/24 is "20". In a subnet larger than
 * /24 it has as many digits as the subnet's last number, so that names sort and all have one length:
 * 10.0.1.20/16 is "00276" (1 × 256 + 20, of 65535). Undefined if `ip` is not an IPv4 address.
 */
export function hostNumber(ip: string, prefixLength: number): string | undefined {
  if (!isAddress(ip) || prefixLength < 0 || prefixLength > 32) return undefined;
  const size = 2 ** (32 - prefixLength);
  const number = String(addressNumber(ip) % size);
  return prefixLength >= 24 ? number : number.padStart(String(size - 1).length, "0");
}
