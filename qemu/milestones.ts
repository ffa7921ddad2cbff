import type { Client } from "./client.ts";

/** What one boot took. Seconds; bytes are what the LAN sent to the client since power-on. */
export interface Boot {
  /** Power-on to the kernel's first line: firmware, iPXE, fetching the boot set (host's clock). */
  toKernel: number;
  /** The kernel's start to systemd's first line, by the kernel's own clock. */
  kernelToSystemd: number;
  /** systemd's first line to the login prompt (host's clock). */
  systemdToLogin: number;
  /** The kernel's start to the login prompt: the two before added up. */
  kernelToLogin: number;
  /** The name that it asks for a login under. */
  hostname: string;
  bytesToKernel: number;
  bytesToSystemd: number;
  bytesToLogin: number;
}

export const kernelLine = /Linux version \d/;
export const systemdLine = /\[ *(\d+\.\d+)\] systemd\[1\]: systemd \S+ .*running in system mode/;
export const loginPrompt = /^(\S+) login: $/;

/** Watch a client that was just switched on until it asks for a login. */
export async function watchBoot(client: Client, seconds = 240): Promise<Boot> {
  const kernel = await client.waitFor(kernelLine, seconds);
  const bytesToKernel = client.bytes();
  const systemd = await client.waitFor(systemdLine, seconds);
  const bytesToSystemd = client.bytes();
  const login = await client.waitFor(loginPrompt, seconds);
  const kernelToSystemd = Number(systemdLine.exec(systemd.text)?.[1]);
  const systemdToLogin = login.at - systemd.at;
  return {
    toKernel: kernel.at,
    kernelToSystemd,
    systemdToLogin,
    kernelToLogin: kernelToSystemd + systemdToLogin,
    hostname: loginPrompt.exec(login.text)?.[1] ?? "",
    bytesToKernel,
    bytesToSystemd,
    bytesToLogin: client.bytes(),
  };
}

/** The URL of a boot file that iPXE has fetched. Behind a slow one's dots it draws percents, over each other. */
export function fetched(line: string): string | undefined {
  return /^(\S+(?:\.ipxe|vmlinuz|\.img))\.\.\..* ok$/.exec(line)?.[1];
}

/** A phase that `ltsp init` reports on the console: `[    3.1] ltsp: network: eth0 … (0.31 s)`. */
export function phaseOf(line: string): { kernelTime: number; phase: string; message: string } | undefined {
  const match = /^\[ *(\d+\.\d+)\] ltsp: (\w+): (.*)$/.exec(line);
  if (match === null) return undefined;
  const [, kernelTime = "", phase = "", message = ""] = match;
  return { kernelTime: Number(kernelTime), phase, message };
}
