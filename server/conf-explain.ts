import { existsSync } from "node:fs";
import { evaluate, type Subject } from "../conf/evaluate.ts";
import { Failure } from "../conf/failure.ts";
import { parameterHelp } from "../conf/parameter-text.ts";
import { findParameter, type Parameter, parameters, replacedParameter } from "../conf/parameters.ts";
import { type Assigned, type Settings, shellAssignment } from "../conf/settings.ts";
import { mostSimilar } from "../conf/similar.ts";
import { readSyntax } from "./conf.ts";
import { effective } from "./conf-show.ts";
import type { Report } from "./options.ts";

/** A parameter's name, or FSTAB or FSTAB_x for a family of them. */
const isName = (argument: string) => /^[A-Z][A-Z0-9_]*(_[nx])?(_x)?$/.test(argument);

/** The arguments of `ltsp conf explain` in any order: what looks like a parameter is one, anything else is a file. */
export function nameAndFile(...given: (string | undefined)[]): { name?: string; file?: string } {
  const both = given.filter((argument) => argument !== undefined);
  const [name, otherName] = both.filter(isName);
  const [file, otherFile] = both.filter((argument) => !isName(argument));
  const second = otherName ?? otherFile;
  if (second !== undefined) {
    const why = otherName === undefined ? "this would be a second file" : "this would be a second parameter";
    throw new Failure("usage", second, why, "Ask for one NAME, of one FILE.");
  }
  if (file !== undefined && isName(file.toUpperCase()) && !existsSync(file)) {
    const remedy = `For the parameter: ltsp conf explain ${file.toUpperCase()}`;
    throw new Failure("missing", file, "there is no such file", remedy);
  }
  return { ...(name !== undefined && { name }), ...(file !== undefined && { file }) };
}

/**
 * `ltsp conf explain`: the parameters in effect, each with the line that set it and the lines that this one
 * replaced. With a name only that parameter, or that family, and its help.
 */
export function confExplain(path: string, subject: Subject, name?: string): Report {
  const settings = evaluate(readSyntax(path), subject);
  const all = effective(settings, subject);
  const asked = name === undefined ? undefined : askedFor(name, [...all.keys()]);
  const values = [...all].filter(([one]) => asked?.includes(one) ?? true);
  const parameter = name === undefined ? undefined : parameterOf(name);
  const paragraphs = [
    ...(parameter === undefined ? [] : [parameterHelp(parameter)]),
    ...values.map(([one, value]) => [shellAssignment(one, value), ...origin(one, settings)]),
    ...(asked?.length === 0 ? [[notSet(name ?? "", parameter, subject)]] : []),
  ];
  return {
    lines: paragraphs.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
    data: Object.fromEntries(
      values.map(([one, value]) => [one, { value, set: settings.history(one).map(asData) }]),
    ),
  };
}

/** The names that are meant, of those that are set. */
function askedFor(name: string, set: string[]): string[] {
  const family = familyOf(name);
  const members = set.filter(
    (one) => one === name || (family !== undefined && findParameter(one) === family),
  );
  if (members.length > 0 || parameterOf(name) !== undefined) return members;
  const meant = mostSimilar(name, [...parameters.map((parameter) => parameter.name), ...set]);
  const remedy =
    replacedParameter(name)?.remedy ??
    (meant === undefined ? "ltsp conf --help lists the parameters." : `Did you mean ${meant}?`);
  throw new Failure("missing", name, "there is no such parameter, and nothing sets it", remedy);
}

const parameterOf = (name: string): Parameter | undefined => findParameter(name) ?? familyOf(name);

/** The family that FSTAB, FSTAB_ and FSTAB_x are names of. */
function familyOf(name: string): Parameter | undefined {
  const stem = name.replace(/(_n)?(_x)?_?$/, "");
  return parameters.find((parameter) => [`${stem}_x`, `${stem}_n_x`].includes(parameter.name));
}

function notSet(name: string, parameter: Parameter | undefined, { side }: Subject): string {
  if (side === "server") return `Nothing sets ${name} for the server.`;
  const isServers = parameter !== undefined && !parameter.readers.includes("init");
  return `Nothing sets ${name} for this client.${isServers ? " The server reads it: add --server." : ""}`;
}

/** Where a value comes from: what set it, and below it what this replaced, the latest first. */
function origin(name: string, settings: Settings): string[] {
  const [last, ...earlier] = settings.history(name).toReversed();
  if (last === undefined) return ["  by default, since nothing sets it"];
  const rows = [
    ["set in", ...columns(name, last)],
    ...earlier.map((one) => ["replaced", ...columns(name, one)]),
  ];
  return aligned(rows).map((row) => `  ${row}`);
}

/** Where it was set, in which section, and how. */
function columns(name: string, assigned: Assigned): string[] {
  const { line, value } = assigned;
  if (line === undefined) return [assigned.place(), "", shellAssignment(name, value)];
  const text = line.source.lineAt(line.offset).trim();
  return [assigned.place(), sectionTitle(line.section), value.includes("\n") ? `${text} …` : text];
}

const sectionTitle = (title: string) => (title === "" ? "above all sections" : `[${title}]`);

function aligned(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function asData(assigned: Assigned): Record<string, string | null> {
  return {
    place: assigned.place(),
    section: assigned.line?.section ?? null,
    value: assigned.value,
  };
}
