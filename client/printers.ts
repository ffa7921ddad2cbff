import { existsSync } from "node:fs";
import type { Client } from "./facts.ts";
import { readText, writeText } from "./files.ts";
import { bracketed, readHostPort } from "./host-port.ts";

const PARAMETER = "CUPS_SERVER";

/** Where distributions keep the library that programs print with; /etc/cups may be missing beside it. */
const libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu", ".", "../lib64"].map(
  (directory) => `usr/lib/${directory}/libcups.so.2`,
);

const canPrint = (root: string): boolean =>
  ["etc/cups", ...libraries].some((path) => existsSync(`${root}/${path}`));

/**
 * CUPS_SERVER, by default the server, in CUPS' client.conf(5): whom programs ask for printers. The file's other lines
 * stay. `localhost` is the client's own cupsd, which a missing ServerName means; `ignore` leaves all as it is.
 */
export function printers({ root, settings, server, warn }: Client): void {
  const asked = settings.get(PARAMETER)?.trim() || undefined;
  if (asked === "ignore") return;
  if (!canPrint(root)) {
    if (asked !== undefined) warn(nothingPrints("the image has no CUPS", "libcups2"));
    return;
  }
  if (asked === "localhost" && !existsSync(`${root}/usr/sbin/cupsd`))
    warn(nothingPrints("the image has no CUPS server of its own", "cups"));
  const name = asked === "localhost" ? undefined : serverName(asked ?? server ?? "");
  if (name === undefined && asked !== "localhost") {
    if (asked !== undefined)
      warn(
        settings.failure(PARAMETER, `"${asked}" is no host`, "Write for instance CUPS_SERVER=printserver."),
      );
    return;
  }
  const file = `${root}/etc/cups/client.conf`;
  const before = readText(file);
  const kept = before.split("\n").filter((line) => line !== "" && !/^\s*ServerName\s/i.test(line));
  const after = [...kept, ...(name === undefined ? [] : [`ServerName ${name}`])].map((line) => `${line}\n`);
  if (after.join("") !== before) writeText(file, after.join(""));

  function nothingPrints(why: string, packageName: string) {
    return settings.failure(PARAMETER, why, `Install ${packageName} in the image and make it anew.`);
  }
}

/** `host[:port][/version=1.1]` as client.conf(5) takes it, which is with brackets around an IPv6 address. */
function serverName(text: string): string | undefined {
  const [, place = "", version = ""] = /^(.*?)(\/version=\d+\.\d+)?$/.exec(text) ?? [];
  const read = readHostPort(place);
  if (read === undefined) return undefined;
  return `${bracketed(read.host)}${read.port === undefined ? "" : `:${read.port}`}${version}`;
}
