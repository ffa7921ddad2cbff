import { basename, dirname } from "node:path";
import type { Client } from "./facts.ts";
import { partsOf, unitSection } from "./unit-file.ts";
import { dropIns, isMasked, readIn, scriptOf, type Units, unitPath } from "./units.ts";

/** A parameter, and the units that it names. */
export interface Wishes {
  parameter: string;
  units: readonly string[];
}

/** Tells of units that were disabled and start all the same, as far as symlinks and enabled units' files show it. */
export function warnOfDisabled({ settings, warn }: Client, units: Units, wishes: Wishes): void {
  const { parameter } = wishes;
  const maskToo = (name: string) =>
    `To keep it from starting: ${parameter.replace("DISABLE_", "MASK_")}="${name}".`;
  const names = wishes.units.filter((name) => unitPath(units, name) !== undefined && !isMasked(units, name));
  for (const [name, puller] of pullers(units, names)) {
    if (puller === undefined) {
      if (canBeDisabled(units, name)) continue;
      const why = `${name} cannot be disabled: it starts when another unit or program asks for it`;
      warn(settings.failure(parameter, why, maskToo(name)));
    } else if (puller.how === "triggers") {
      const why = `${name} still starts when ${puller.unit} asks for it`;
      warn(settings.failure(parameter, why, `Add ${puller.unit} to ${parameter}.`));
    } else {
      warn(
        settings.failure(
          parameter,
          `${name} still starts, as ${puller.unit} ${puller.how} it`,
          maskToo(name),
        ),
      );
    }
  }
}

/** What starts a unit that nothing in /etc enables: an enabled unit's name, and how it asks for it. */
interface Puller {
  unit: string;
  how: "wants" | "requires" | "triggers";
}

/** The settings of [Unit] that start another unit. */
const pulling: Readonly<Record<string, Puller["how"]>> = {
  Wants: "wants",
  Upholds: "wants",
  Requires: "requires",
  BindsTo: "requires",
};

/** Targets that no client's boot comes to. */
const unusual = /^(initrd|rescue|emergency|system-update|exit|halt|kexec|factory-reset)[\w-]*\.target$/;

/** The first enabled unit, or link of the image's own, that goes on starting each of these units, if any. */
function pullers(units: Units, names: readonly string[]): Map<string, Puller | undefined> {
  const { tree } = units;
  const enabled = enabledUnits(units);
  const wishes = [...enabled].map((unit) => ({ unit, wished: wishesOf(units, unit, names) }));
  return new Map(
    names.map((name) => {
      const held = tree
        .holders(name)
        .map((path): Puller => {
          const [, unit = "", kind] = /^(.*)\.(\w+)$/.exec(basename(path)) ?? [];
          return { unit, how: kind === "requires" ? "requires" : "wants" };
        })
        .filter(({ unit }) => enabled.has(unit) || (unit.endsWith(".target") && !unusual.test(unit)));
      const wished = wishes.flatMap(({ unit, wished }): Puller[] => {
        const how = wished.get(name);
        return how === undefined || unit === name ? [] : [{ unit, how }];
      });
      const { prefix, suffix } = partsOf(name);
      const triggers = suffix !== ".service" ? [] : [".socket", ".path", ".timer"].map((end) => prefix + end);
      const triggering = triggers
        .filter((unit) => enabled.has(unit) || tree.holders(unit).length > 0)
        .map((unit): Puller => ({ unit, how: "triggers" }));
      return [name, [...held, ...wished, ...triggering][0]];
    }),
  );
}

/** The units with a symlink in a directory of wants or requirements in /etc, but the masked ones. */
function enabledUnits(units: Units): Set<string> {
  const names = units.tree
    .links()
    .filter((path) => /\.(wants|requires|upholds)$/.test(dirname(path)))
    .map((path) => basename(path));
  return new Set(names.filter((name) => !isMasked(units, name)));
}

/** How a unit's file asks for others; most files name none of them, and need not be read closely. */
function wishesOf(units: Units, unit: string, names: readonly string[]): Map<string, Puller["how"]> {
  const path = unitPath(units, unit);
  const wishes = new Map<string, Puller["how"]>();
  if (path === undefined) return wishes;
  const text = readIn(units, path);
  if (!names.some((name) => text.includes(name))) return wishes;
  const section = unitSection(text, "Unit");
  for (const [setting, how] of Object.entries(pulling))
    for (const name of section?.get(setting) ?? []) wishes.set(name, how);
  return wishes;
}

/** Does the unit's own file say how it is enabled? If not, it is for others to start, and disabling does nothing. */
function canBeDisabled(units: Units, name: string): boolean {
  if (scriptOf(units, name) !== undefined) return true;
  const path = unitPath(units, name);
  if (path === undefined) return false;
  return [path, ...dropIns(units.tree, name)].some(
    (file) => unitSection(readIn(units, file), "Install") !== undefined,
  );
}
