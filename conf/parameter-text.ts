import { type Parameter, parameters } from "./parameters.ts";

/** For a parameter that no applet acts on yet. */
export const plannedNote = "Not acted on yet by this version.";

/** What a row tells besides its help and its example, label by label. */
export function facts(parameter: Parameter): [label: string, text: string][] {
  const all: [string, string | undefined][] = [
    ["value", parameter.type],
    ["default", parameter.default],
    ["read by", readers(parameter)],
  ];
  return all.flatMap(([label, text]) => (text === undefined ? [] : [[label, text]]));
}

/** The first sentence of a parameter's help. */
export function summary({ help }: Parameter): string {
  return /^.*?\.(?=\s|$)/.exec(help)?.[0] ?? help;
}

/** A parameter's help for the terminal. */
export function parameterHelp(parameter: Parameter): string[] {
  const rows = [...facts(parameter), ["example", parameter.example]];
  return [
    parameter.name,
    ...wrap(parameter.help, 78).map((line) => `  ${line}`),
    ...(parameter.planned ? [`  ${plannedNote}`] : []),
    ...rows.map(([label, text]) => `  ${`${label}:`.padEnd(9)}${text}`),
  ];
}

/** All parameters, each in one line. */
export function parameterList(): string[] {
  const width = Math.max(...parameters.map(({ name }) => name.length));
  return parameters.map(
    (parameter) =>
      `${parameter.name.padEnd(width)}  ${summary(parameter)}${parameter.planned ? " (not acted on yet)" : ""}`,
  );
}

/** Lines of at most `width` characters, unless a word is longer. */
export function wrap(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S(?:.{0,${width - 2}}\\S)?(?=\\s|$)|\\S+`, "g")) ?? [];
}

function readers({ readers }: Parameter): string {
  const applets = readers.filter((reader) => reader !== "init").map((applet) => `ltsp ${applet}`);
  const server = applets.length > 0 ? [`${applets.join(" and ")}, on the server`] : [];
  const client = readers.includes("init") ? ["the client's boot"] : [];
  return [...server, ...client].join("; ") || "whatever reads ltsp.conf";
}
