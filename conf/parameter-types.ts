import { isIP } from "node:net";
import * as z from "zod";
import { layoutsFault, modelPattern, optionsFault, variantsFault } from "./values/keyboard.ts";
import { type Check, crontabFault, fstabFault, hostsFault } from "./values/lines.ts";
import { autologinFault, passwordsFault } from "./values/logins.ts";
import { readRegex } from "./values/regex.ts";
import {
  devicePathsPattern,
  driverPattern,
  modelineFault,
  modePattern,
  rangesFault,
  sizeFault,
} from "./values/xorg.ts";

/** What values a parameter takes: in words that complete "NAME is", and as a schema whose message they start. */
export interface ValueType {
  words: string;
  schema: z.ZodType<unknown, string>;
}

/** Some say what the value is; a message is not to be as long as the longest value. */
const longest = 200;

/** A type whose messages go on with what is wrong: "0 or 1, but …". */
function checked(words: string, fault: Check): ValueType {
  const schema = z.string().superRefine((value, context) => {
    const why = fault(value);
    if (why === undefined) return;
    const message = `${words}, but ${why.length > longest ? `${why.slice(0, longest)}…` : why}`;
    context.addIssue({ code: "custom", message });
  });
  return { words, schema };
}

/** A type that can only say what it is. */
function plain(words: string, right: RegExp | ((value: string) => boolean)): ValueType {
  const isRight = typeof right === "function" ? right : (value: string) => right.test(value);
  return { words, schema: z.string().refine(isRight, words) };
}

/** Words with white space between them, or whatever else `separator` says. */
function list(words: string, isRight: (word: string) => boolean, separator = /\s+/): ValueType {
  return checked(words, (value) => {
    const wrong = value
      .trim()
      .split(separator)
      .find((word) => !isRight(word));
    return wrong === undefined ? undefined : `"${wrong}" is none`;
  });
}

const isAddress = (text: string) => isIP(text) !== 0;
const isDomain = (text: string) => /^(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(text);

const locale = "(?:C|POSIX|[a-z]{2,3}(?:_[A-Z]{2})?)(?:\\.[A-Za-z0-9-]+)?(?:@\\w+)?";
const localeFault =
  (pattern: RegExp): Check =>
  (value) => {
    if (pattern.test(value)) return undefined;
    const corrected = value.replace(
      /^([a-z]{2,3})-([a-z]{2})\b/i,
      (_, language, country) => `${language.toLowerCase()}_${country.toUpperCase()}`,
    );
    return corrected === value ? `"${value}" is none` : `${value} is written ${corrected}`;
  };

function hostnameFault(value: string): string | undefined {
  if (/^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(value)) return undefined;
  if (value.length > 63) return `"${value}" has ${value.length} of them`;
  if (value.includes(".") && isDomain(value)) return `"${value}" has a domain, which is for SEARCH_DOMAIN`;
  const strange = /[^A-Za-z0-9-]/u.exec(value)?.[0];
  return strange === undefined ? `"${value}" starts or ends with a dash` : `"${strange}" is in "${value}"`;
}

/** A host, and a port if it has one: printserver, 192.168.67.1:631, [fd00::1]:631. */
function hostPortFault(value: string): string | undefined {
  if (isAddress(value)) return undefined;
  const [, host = "", port] = /^(.*?)(?::([^:]*))?$/.exec(value) ?? [];
  if (port !== undefined && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535))
    return `"${port}" is no port`;
  const bare = /^\[(.*)\]$/.exec(host)?.[1];
  return (bare === undefined ? isDomain(host) : isAddress(bare)) ? undefined : `"${host}" is none`;
}

function sectionFault(value: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(value.trim())?.[1];
  if (bare !== undefined) return `it is written without brackets: ${bare}`;
  return /\s/.test(value.trim()) ? `there is a space in "${value}"` : undefined;
}

function regexFault(value: string): string | undefined {
  const read = readRegex(value);
  return typeof read === "string" ? read : undefined;
}

/** The menu's script is iPXE's, which has no quoting. */
function menuFault(value: string): string | undefined {
  const word = value.split(/\s+/).find((word) => word === "&&" || word === "||" || word.startsWith("#"));
  if (word !== undefined || value.includes("${")) return `${word ?? "${"} means something to iPXE`;
  const foreign = /[^ -~\s]|\\$/.exec(value)?.[0];
  return foreign === undefined ? undefined : `iPXE cannot take ${foreign}`;
}

const excludesFault: Check = (value) =>
  value.split(/[\n/]/).some((part) => part.trim() === "..") ? "there is .. in it" : undefined;

export const anyText: ValueType = { words: "text", schema: z.string() };
export const shell: ValueType = { words: "a shell command", schema: z.string() };
export const textOrFile: ValueType = { words: "a file, or the text itself", schema: z.string() };
export const flag = plain("0 or 1", /^\s*(0|1|yes|no|true|false|on|off)\s*$/i);
export const zramShare = plain(
  "0, 1, or a percentage of the RAM such as 50%",
  /^\s*(0|1|yes|no|true|false|on|off|[1-9]\d?%|[12]\d\d%)\s*$/i,
);
export const oneLine = plain("one line of text", (value) => !value.trim().includes("\n"));
export const milliseconds = plain(
  "milliseconds, -1 to hide the menu, or 0 to wait for ever",
  /^\s*(-1|\d{1,9})\s*$/,
);
export const positive = plain("a number from 1", /^\s*[1-9]\d{0,8}\s*$/);
export const imageName = plain("an image's name, such as x86_64", /^[\w.+:@/-]+$/);
export const kernelInitrd = plain("a path with wildcards, a space, and a command of sed", /^\s*\S+\s+\S.*$/);
export const file = plain("a file's path, which starts with /", /^\s*\/[^\n]*$/);
export const section = checked("a section's name", sectionFault);
export const menuText = checked("one line of plain text", (value) =>
  value.trim().includes("\n") ? "it has several lines" : menuFault(value),
);
export const menuWords = checked("plain text", menuFault);
export const excludes = checked("a file, or paths in the image, one a line", excludesFault);

export const host = checked("an address or a host's name", (value) =>
  isAddress(value) || isDomain(value) ? undefined : `"${value}" is neither`,
);
export const hostPort = checked("an address or a host's name, and :PORT if need be", hostPortFault);
export const printServer = checked("an address or a host's name, or localhost, or ignore", (value) =>
  hostPortFault(value.trim().replace(/\/version=\d+\.\d+$/, "")),
);
export const hostname = checked("letters, digits and inner dashes, at most 63", hostnameFault);
export const addresses = list("IP addresses with spaces between them", isAddress, /[\s,]+/);
export const domains = list("domains with spaces between them", isDomain, /[\s,]+/);
export const hostsLine = checked("an IP address and then names, as in /etc/hosts", hostsFault);
export const fstabLine = checked("a line of /etc/fstab: device, directory, type, options", fstabFault);
export const crontabLine = checked(
  "a line of /etc/cron.d: five times (or @reboot …), user, command",
  crontabFault,
);
export const names = list("names with spaces between them", (word) => /^[\w@.:+\\-]+$/.test(word));
export const units = list("names of systemd's units with spaces between them", (word) =>
  /^[\w@.:\\-]+$/.test(word),
);
export const journalSize = plain(
  "a size in bytes, or with K, M or G behind it",
  /^\s*[1-9]\d{0,9}[KMG]?\s*$/,
);
export const localeName = checked(
  "a locale's name, such as de_DE.UTF-8",
  localeFault(new RegExp(`^${locale}$`)),
);
export const languages = checked(
  "languages in order of preference, such as de_AT:de:en",
  localeFault(new RegExp(`^${locale}(?::${locale})*$`)),
);

export const regex = checked("a regular expression, as egrep has them", regexFault);
export const autologin = checked("a user's name, or regex/replacement", autologinFault);
export const passwords = checked(
  "user-regex/password-in-base64, or several with spaces between them",
  passwordsFault,
);
export const authentication = plain("Primary, Additional or 0", /^\s*(primary|additional|0)\s*$/i);

export const driver = plain("the name of a driver of X, such as modesetting", driverPattern);
export const mode = plain("a mode, such as 1024x768", modePattern);
export const modes = list("modes with spaces between them, such as 1024x768", (word) =>
  modePattern.test(word),
);
export const ranges = checked("frequencies or ranges of them, such as 28.0-87.0", rangesFault);
export const modeline = checked("a mode's line, as cvt prints it", modelineFault);
export const size = checked("a width and a height, such as 1024 768", sizeFault);
export const devicePaths = plain("a pattern of device paths, such as */usb1/*", devicePathsPattern);

export const keyboardModel = plain("a keyboard's model, such as pc105", modelPattern);
export const keyboardLayouts = checked(
  "a keyboard's layout, or several with commas between them, such as de,us",
  layoutsFault,
);
export const keyboardVariants = checked(
  "the variant of a keyboard's layout, such as nodeadkeys, or one for each with commas between them",
  variantsFault,
);
export const keyboardOptions = checked(
  "options of a keyboard with commas between them, such as grp:alt_shift_toggle",
  optionsFault,
);
