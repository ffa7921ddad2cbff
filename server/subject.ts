import { isAddress } from "../conf/address.ts";
import { applets, serverApplets } from "../conf/applets.ts";
import { parseCmdline } from "../conf/cmdline.ts";
import type { Subject } from "../conf/evaluate.ts";
import { Failure } from "../conf/failure.ts";
import { macOf } from "../conf/mac.ts";

/** Whom `ltsp conf show` and `explain` are asked about, as the command line gives it. */
export interface SubjectOptions {
  mac?: string;
  ip?: string;
  hostname?: string;
  applet?: string;
  server?: boolean;
  from?: string;
  cmdline?: string;
}

/** The machine that the options describe: a client at its boot, or the server. */
export function subjectOf(options: SubjectOptions): Subject {
  const { mac, ip, hostname, from, cmdline } = options;
  const applet = options.applet?.toLowerCase();
  if (applet !== undefined) right("--applet", applet, applets.has(applet) || undefined);
  const isServer = options.server === true || (applet !== undefined && serverApplets.has(applet));
  return {
    side: isServer ? "server" : "client",
    ...(mac !== undefined && { mac: right("--mac", mac, macOf(mac)) }),
    ...(ip !== undefined && right("--ip", ip, network(ip))),
    ...(hostname !== undefined && { hostname: right("--hostname", hostname, hostnameOf(hostname)) }),
    ...(applet !== undefined ? { applet } : !isServer && { applet: "init" }),
    ...(from !== undefined && { server: right("--from", from, isAddress(from) ? from : undefined) }),
    ...(cmdline !== undefined && { cmdline: parseCmdline(cmdline) }),
  };
}

function right<T>(option: string, text: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Failure("usage", `${option} ${text}`, wrong[option]?.why ?? "", wrong[option]?.remedy);
}

const wrong: Record<string, { why: string; remedy: string }> = {
  "--mac": {
    why: "that is not six pairs of hexadecimal digits",
    remedy: "Write for instance --mac 52:54:00:12:34:56; a client shows its own with: ip link",
  },
  "--ip": {
    why: "that is no IPv4 address, or its prefix is not 1 to 32",
    remedy: "Write for instance --ip 192.168.67.20, or --ip 10.0.1.20/16 for a network larger than /24.",
  },
  "--from": {
    why: "that is no IPv4 address",
    remedy: "Write for instance --from 192.168.67.1.",
  },
  "--hostname": {
    why: "a hostname has letters, digits and inner dashes, at most 63",
    remedy: "Write for instance --hostname pc01.",
  },
  "--applet": {
    why: "there is no such applet",
    remedy: `Choose one of: ${[...applets].join(", ")}`,
  },
};

/** An address and how much of it is the network's, as in 10.0.1.20/16. */
function network(text: string): Pick<Subject, "ip" | "prefixLength"> | undefined {
  const [, ip, prefix] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const prefixLength = Number(prefix ?? 24);
  return isAddress(ip) && prefixLength >= 1 && prefixLength <= 32 ? { ip, prefixLength } : undefined;
}

/** A name, perhaps with its domain, as DHCP servers send it. */
function hostnameOf(text: string): string | undefined {
  const label = "(?!-)[A-Za-z0-9-]{1,63}(?<!-)";
  return new RegExp(`^${label}(\\.${label})*$`).test(text) ? text : undefined;
}
