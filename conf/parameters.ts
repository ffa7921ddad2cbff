import type * as z from "zod";
import { boot } from "./parameters/boot.ts";
import { logins } from "./parameters/logins.ts";
import { type Replaced, replaced } from "./parameters/replaced.ts";
import type { Row } from "./parameters/row.ts";
import { screens } from "./parameters/screens.ts";
import { server } from "./parameters/server.ts";
import { system } from "./parameters/system.ts";

/** One parameter of ltsp.conf, or a family of them (`FSTAB_x`, where x is any name). */
export interface Parameter extends Omit<Row, "type"> {
  /** What a value is, for people, as it follows "NAME is": "0 or 1". */
  type: string;
  /** Refuses a value, saying what it should be. Empty values are never asked about: they unset a parameter. */
  schema: z.ZodType<unknown, string>;
}

const parameterOf = ({ type, ...row }: Row): Parameter => ({ ...row, type: type.words, schema: type.schema });

/** The parameters that are known, by what they are for. */
export const parameterGroups: { title: string; parameters: Parameter[] }[] = [
  { title: "Images and the boot menu", parameters: server.map(parameterOf) },
  { title: "The client's boot", parameters: boot.map(parameterOf) },
  { title: "Name, network, file systems, services", parameters: system.map(parameterOf) },
  { title: "Users and logins", parameters: logins.map(parameterOf) },
  { title: "Screens and seats", parameters: screens.map(parameterOf) },
];

/** All of them, in alphabetical order. */
export const parameters: Parameter[] = parameterGroups
  .flatMap((group) => group.parameters)
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The row of a parameter, for FSTAB_HOME that of FSTAB_x; undefined if it is not known. */
export const findParameter: (name: string) => Parameter | undefined = finder(parameters);

/** What to write instead of a name that LTSP had once; undefined if it is none. */
export const replacedParameter: (name: string) => Replaced | undefined = finder(replaced);

function finder<Named extends { name: string }>(rows: Named[]): (name: string) => Named | undefined {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const families = rows
    .filter(({ name }) => name.endsWith("_x"))
    .map((row) => ({ row, start: row.name.replace(/(_n)?_x$/, "_"), numbered: row.name.endsWith("_n_x") }));
  return (name) =>
    byName.get(name) ??
    families.find(({ start, numbered }) => {
      if (!name.startsWith(start) || name.length === start.length) return false;
      return !numbered || /^\d+_./.test(name.slice(start.length));
    })?.row;
}

/**
 * Why a parameter's type refuses a value ("RELOGIN is 0 or 1, not …"), and what to write; undefined if it takes it.
 * Unknown parameters take anything, and `%{…}` can only be judged once it is expanded.
 */
export function refusal(name: string, value: string): { why: string; remedy: string } | undefined {
  const parameter = findParameter(name);
  if (parameter === undefined || value === "" || value.includes("%{")) return undefined;
  const { error } = parameter.schema.safeParse(value);
  if (error === undefined) return undefined;
  const what = error.issues[0]?.message ?? parameter.type;
  const shown = parameter.secret || what !== parameter.type ? "" : `, not "${short(value)}"`;
  return { why: `${name} is ${what}${shown}`, remedy: `Write for instance ${parameter.example}.` };
}

function short(value: string): string {
  const line = value.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
