import { existsSync } from "node:fs";
import { mostSimilar } from "../conf/similar.ts";
import { type BuiltIn, builtIn, type Unless } from "./built-in-services.ts";
import type { Client } from "./facts.ts";
import { filesIn } from "./files.ts";
import { fstabEntries } from "./fstab-entry.ts";
import { fullName, isUnitName, partsOf } from "./unit-file.ts";
import type { Scope } from "./unit-tree.ts";
import { aliasOf, disable, disableListed, mask, scriptOf, type Units, unitPath, unitsOf } from "./units.ts";
import { type Wishes, warnOfDisabled } from "./units-still-starting.ts";

/** What ltsp.conf calls what is to be done with the units of a scope. */
const parameters: Readonly<Record<Scope, Record<"disable" | "mask" | "keep", string>>> = {
  system: {
    disable: "DISABLE_SYSTEM_SERVICES",
    mask: "MASK_SYSTEM_SERVICES",
    keep: "KEEP_SYSTEM_SERVICES",
  },
  user: {
    disable: "DISABLE_SESSION_SERVICES",
    mask: "MASK_SESSION_SERVICES",
    keep: "KEEP_SESSION_SERVICES",
  },
};

/** The system's and the sessions' units: the built-in lists, and DISABLE_, MASK_ and KEEP_ of ltsp.conf. */
export function services(client: Client): void {
  apply(client, unitsOf(client.root, "system"));
  if (hasSessionUnits(client)) apply(client, unitsOf(client.root, "user"));
}

/** Where packages put the units of sessions. */
const sessionUnits = "/usr/lib/systemd/user";

/** Is there anything to do with the units of sessions? Mostly not, and to list them all takes 20 to 45 ms of a boot. */
function hasSessionUnits({ root, settings }: Client): boolean {
  const isAsked = Object.values(parameters.user).some((name) => settings.words(name).length > 0);
  const units = builtIn.user.flatMap((row) => row.units.map(fullName));
  return isAsked || units.some((unit) => existsSync(`${root}${sessionUnits}/${unit}`));
}

function apply(client: Client, units: Units): void {
  const names = parameters[units.scope];
  const keep = wishesOf(client, units, names.keep);
  const masked = unkept(client, wishesOf(client, units, names.mask), keep);
  const disabled = unkept(client, wishesOf(client, units, names.disable), keep);
  const kept = new Set(keep.units.map((unit) => partsOf(unit).prefix));
  const rows = builtIn[units.scope].filter((row) => holds(client, row, kept));
  const listed = (how: BuiltIn["how"]) =>
    rows.flatMap((row) => (row.how === how ? row.units.map(fullName) : []));
  const had = (name: string) => unitPath(units, name) !== undefined;
  const hadAtAll = (name: string) => had(name) || scriptOf(units, name) !== undefined;

  disableListed(units, listed("disable").filter(hadAtAll));
  if (disabled.units.length > 0) disable(units, disabled.units);
  warnOfAliases(client, units, masked);
  mask(units, [...listed("mask").filter(had), ...masked.units]);
  if (disabled.units.length > 0) warnOfDisabled(client, units, disabled);
}

/** Does a row of the built-in list hold for this client? Who keeps `logrotate` keeps its timer: `kept` are prefixes. */
function holds(client: Client, { units, unless }: BuiltIn, kept: ReadonlySet<string>): boolean {
  if (unless !== undefined && exceptions[unless](client)) return false;
  return kept.size === 0 || !units.some((unit) => kept.has(partsOf(fullName(unit)).prefix));
}

const exceptions: Readonly<Record<Unless, (client: Client) => boolean>> = {
  "prints itself": ({ settings }) =>
    /^\s*(localhost(:\d+)?(\/version=\S*)?|ignore)\s*$/i.test(settings.get("CUPS_SERVER") ?? ""),
  "logs to a host": ({ settings }) => (settings.get("SYSLOG_HOST") ?? "").trim() !== "",
  "mounts NFS": ({ settings }) => fstabEntries(settings).some(({ type }) => /^nfs4?$/.test(type)),
};

/** The units that a parameter names; what cannot be one, or is none of the image's, is told of. */
function wishesOf(client: Client, units: Units, parameter: string): Wishes {
  const found = [...new Set(client.settings.words(parameter).map(fullName))].filter((name) => {
    if (isUnitName(name)) return true;
    warn(client, parameter, `${name} cannot be the name of a unit`, "Take it out.");
    return false;
  });
  for (const name of found.filter((name) => !isKnown(client, units, name, parameter))) {
    const meant = mostSimilar(name, unitNames(units));
    const remedy =
      meant === undefined
        ? "Take it out. To see what it has: systemctl list-unit-files."
        : `Did you mean ${meant}?`;
    warn(client, parameter, `the image has no unit ${name}`, remedy);
  }
  return { parameter, units: found };
}

function warn({ settings, warn }: Client, parameter: string, why: string, remedy: string): void {
  warn(settings.failure(parameter, why, remedy));
}

/** Has the image this unit? A name that only a running system may know can be masked, and its service be a script's. */
function isKnown({ root }: Client, units: Units, name: string, parameter: string): boolean {
  if (unitPath(units, name) !== undefined || scriptOf(units, name) !== undefined) return true;
  // Generators make them of /etc/fstab, mounts, devices and what a desktop starts by itself.
  if (
    parameter.startsWith("MASK_") &&
    /\.(mount|automount|swap|device|slice|scope)$|@autostart\.service$/.test(name)
  )
    return true;
  return units.scope === "user" && isAutostart(root, name);
}

/** Is it what a desktop starts at login? The step "updaters" sees to those. */
function isAutostart(root: string, name: string): boolean {
  const directory = `${root}/etc/xdg/autostart`;
  const wanted = name.replace(/\.service$/, ".desktop").toLowerCase();
  return filesIn(directory).some((file) => file.toLowerCase() === wanted);
}

const unitNames = ({ tree }: Units): Set<string> =>
  new Set(tree.search.flatMap((directory) => [...tree.list(directory).keys()].filter(isUnitName)));

/** KEEP_ wins over DISABLE_ and MASK_; a unit that both name is told of. */
function unkept(client: Client, { parameter, units }: Wishes, keep: Wishes): Wishes {
  for (const unit of units.filter((unit) => keep.units.includes(unit))) {
    const why = `${unit} stays as the image has it, because ${keep.parameter} names it too`;
    warn(client, parameter, why, "Take it out of one of them.");
  }
  return { parameter, units: units.filter((unit) => !keep.units.includes(unit)) };
}

/** A mask on an alias leaves the unit itself, as systemctl has it. */
function warnOfAliases(client: Client, units: Units, { parameter, units: names }: Wishes): void {
  for (const name of names) {
    const target = aliasOf(units, name);
    if (target === undefined || names.includes(target)) continue;
    const why = `${name} is only another name of ${target}, which still starts`;
    warn(client, parameter, why, `Write ${target} instead.`);
  }
}
