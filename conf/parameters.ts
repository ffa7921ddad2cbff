import { isIP } from "node:net";
import { z } from "zod";
import { Failure } from "./failure.ts";
import type { Settings } from "./settings.ts";

/** One parameter of ltsp.conf, or a family of them (`FSTAB_x`, where x is any name). */
export interface Parameter {
  name: string;
  /** What a value is, for people: "0 or 1". */
  type: string;
  /** Refuses a value, saying what it should be. Empty values are never asked about: they unset a parameter. */
  schema: z.ZodType<unknown, string>;
  default?: string;
  /** The applets that read it. */
  readers: string[];
  help: string;
  example: string;
}

const isAddress = (text: string) => isIP(text) !== 0;
const isDomain = (text: string) => /^(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(text);
const listOf = (test: (word: string) => boolean) => (text: string) => text.trim().split(/\s+/).every(test);

const anyText = z.string();
const oneLine = z.string().refine((text) => !text.trim().includes("\n"), "one line of text");
const flag = z.string().regex(/^\s*(0|1|yes|no|true|false|on|off)\s*$/i, "0 or 1");
const names = z.string().refine(
  listOf((word) => /^[\w@.:-]+$/.test(word)),
  "names with spaces between them",
);
const imageName = z.string().regex(/^[\w.+:@/-]+$/, "an image's name, such as x86_64");
const host = z.string().refine((text) => isAddress(text) || isDomain(text), "an address or a host's name");
const addresses = z.string().refine(listOf(isAddress), "IP addresses with spaces between them");
const domains = z.string().refine(listOf(isDomain), "domains with spaces between them");
const hostsLine = oneLine.refine((text) => {
  const [address = "", ...hosts] = text.replace(/#.*/, "").trim().split(/\s+/);
  return isAddress(address) && hosts.length > 0;
}, "an IP address and then names, as in /etc/hosts");
const fstabLine = oneLine.refine((text) => {
  const fields = text.trim().split(/\s+/);
  return fields.length >= 3 && fields.length <= 6;
}, "a line of /etc/fstab: device, directory, type, options");
const hostname = z
  .string()
  .regex(/^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/, "letters, digits and inner dashes, at most 63");
const milliseconds = z.string().regex(/^(-1|[0-9]{1,9})$/, "milliseconds, or -1 to hide the menu");

/** The parameters that are known, in alphabetical order. */
export const parameters: Parameter[] = [
  {
    name: "ADD_IMAGE_EXCLUDES",
    type: "a file, or lines",
    schema: anyText,
    readers: ["image"],
    help: "Leave these files out of images, too.",
    example: 'ADD_IMAGE_EXCLUDES="opt/games/*"',
  },
  {
    name: "DEBUG_LOG",
    type: "0 or 1",
    schema: flag,
    default: "0",
    readers: ["init"],
    help: "Keep the boot's messages in /run/ltsp/debug.log.",
    example: "DEBUG_LOG=1",
  },
  {
    name: "DEBUG_SHELL",
    type: "0 or 1",
    schema: flag,
    default: "0",
    readers: ["init"],
    help: "Open a shell on the console when the boot fails, instead of a reboot.",
    example: "DEBUG_SHELL=1",
  },
  {
    name: "DEFAULT_IMAGE",
    type: "an image",
    schema: imageName,
    readers: ["ipxe"],
    help: "The image that the iPXE menu boots by itself; under [server], or under a MAC address for one client.",
    example: "DEFAULT_IMAGE=bookworm",
  },
  {
    name: "DNS_SERVER",
    type: "addresses",
    schema: addresses,
    readers: ["init"],
    help: "The client's resolvers, instead of those of the lease.",
    example: 'DNS_SERVER="192.168.67.1 9.9.9.9"',
  },
  {
    name: "FSTAB_x",
    type: "a line of fstab",
    schema: fstabLine,
    readers: ["init"],
    help: "A line for the client's /etc/fstab.",
    example: 'FSTAB_HOME="server:/home /home nfs defaults,nolock 0 0"',
  },
  {
    name: "HOSTNAME",
    type: "a name",
    schema: hostname,
    default: "ltsp%{IP}",
    readers: ["init"],
    help: "The client's name. %{IP} is its number in its subnet, %{MAC} its MAC address without colons.",
    example: "HOSTNAME=pc%{IP}",
  },
  {
    name: "HOSTS_x",
    type: "a line of hosts",
    schema: hostsLine,
    readers: ["init"],
    help: "A line for the client's /etc/hosts.",
    example: 'HOSTS_PRINTER="192.168.67.9 printer"',
  },
  {
    name: "INCLUDE",
    type: "a section",
    schema: oneLine,
    readers: [],
    help: "Take in that section, here. It is evaluated once, however often it is included.",
    example: "INCLUDE=old_pcs",
  },
  {
    name: "IPXE_x",
    type: "text",
    schema: oneLine,
    readers: ["ipxe"],
    help: "The title of image x in the iPXE menu.",
    example: 'IPXE_bookworm="Debian 12"',
  },
  {
    name: "KERNEL_PARAMETERS",
    type: "text",
    schema: oneLine,
    readers: ["ipxe"],
    help: "What is added to the kernel command line.",
    example: 'KERNEL_PARAMETERS="quiet splash"',
  },
  {
    name: "MENU_TIMEOUT",
    type: "milliseconds",
    schema: milliseconds,
    default: "5000",
    readers: ["ipxe"],
    help: "How long the iPXE menu waits for a key; -1 hides it.",
    example: "MENU_TIMEOUT=3000",
  },
  {
    name: "OMIT_FUNCTIONS",
    type: "names",
    schema: names,
    readers: ["init"],
    help: "Steps that the applet leaves out.",
    example: "OMIT_FUNCTIONS=hosts",
  },
  {
    name: "OMIT_IMAGE_EXCLUDES",
    type: "a file, or lines",
    schema: anyText,
    readers: ["image"],
    help: "Keep these files in images, although they are in the built-in list of excludes.",
    example: 'OMIT_IMAGE_EXCLUDES="home/*"',
  },
  {
    name: "POST_INIT_x",
    type: "shell",
    schema: anyText,
    readers: ["init"],
    help: "Run this in the client's root after it was configured, before systemd starts.",
    example: 'POST_INIT_MOTD="echo Welcome > /etc/motd"',
  },
  {
    name: "PRE_INIT_x",
    type: "shell",
    schema: anyText,
    readers: ["init"],
    help: "Run this in the client's root before it is configured.",
    example: 'PRE_INIT_CLEAN="rm -f /etc/resolv.conf"',
  },
  {
    name: "SEARCH_DOMAIN",
    type: "domains",
    schema: domains,
    readers: ["init"],
    help: "The client's domain in resolv.conf and hosts, instead of that of the lease.",
    example: "SEARCH_DOMAIN=school.example",
  },
  {
    name: "SERVER",
    type: "a host",
    schema: host,
    readers: ["init"],
    help: "The server, where it is not the machine that the client boots from.",
    example: "SERVER=192.168.67.1",
  },
];

const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
const families = parameters.filter(({ name }) => name.endsWith("_x"));

/** The row of a parameter, for FSTAB_HOME that of FSTAB_x; undefined if it is not known. */
export function findParameter(name: string): Parameter | undefined {
  const isMember = (family: string) => name.startsWith(family.slice(0, -1)) && name.length >= family.length;
  return byName.get(name) ?? families.find((family) => isMember(family.name));
}

/** The values that their parameter's type refuses, each a Failure on the line that set it. Unknown ones pass. */
export function checkParameters(settings: Settings): Failure[] {
  const failures: Failure[] = [];
  for (const name of settings.names()) {
    try {
      const parameter = findParameter(name);
      // What needs the client's address can only be checked where that is known.
      const value = settings.get(name) ?? "";
      if (parameter === undefined || value === "" || value.includes("%{")) continue;
      const { error } = parameter.schema.safeParse(value);
      if (error === undefined) continue;
      const [issue] = error.issues;
      failures.push(
        settings.failure(
          name,
          `${name} is ${issue?.message ?? parameter.type}, not "${value}"`,
          `Write for instance ${parameter.example}.`,
        ),
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  return failures;
}
