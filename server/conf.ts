import { existsSync, readFileSync, statSync } from "node:fs";
import { checkConf, type ServerFacts } from "../conf/check/check.ts";
import { type Diagnostic, formatDiagnostic } from "../conf/diagnostic.ts";
import { errnoOf, Failure } from "../conf/failure.ts";
import { parseWithErrors } from "../conf/parse.ts";
import type { Source } from "../conf/source.ts";
import type { Conf } from "../conf/syntax.ts";
import { defaults } from "./options.ts";
import { serverUsers } from "./users.ts";

/** An ltsp.conf that has no errors. */
export interface RightConf extends Conf {
  /** What an applet is to print before all else, each in one line: "file:line:column: …". */
  warnings: string[];
}

/**
 * The ltsp.conf for an applet to act on; without the default file there are no settings. Failure if it has
 * errors, with all of them, and a word on `product`, the file that is made from it.
 */
export function readConf(path: string, product?: string): RightConf {
  const isMissing = path === defaults.conf && !existsSync(path);
  const { conf, diagnostics } = isMissing ? checkConf("", path) : checkFile(path);
  const errors = diagnostics.filter(isError);
  if (errors.length > 0) throw refusal(conf.source, errors, product);
  const warnings = diagnostics.filter(isWarning).map((warning) => warningLine(conf.source, warning));
  return { ...conf, warnings };
}

/** Everything that is wrong with an ltsp.conf on this server. */
export function checkFile(path: string): { conf: Conf; diagnostics: Diagnostic[] } {
  const { text, mode } = readText(path);
  return checkConf(text, path, serverFacts(mode));
}

/** What this server knows, for checkConf. `mode` is the file's. */
export function serverFacts(mode: number): ServerFacts {
  return { ...serverUsers(), mode };
}

/** An ltsp.conf whose syntax is right, whatever its values are. Failure with all mistakes if it is not. */
export function readSyntax(path: string): Conf {
  const { conf, errors } = parseWithErrors(readText(path).text, path);
  if (errors.length === 0) return conf;
  throw refusal(
    conf.source,
    errors.map(({ offset, why, remedy }) => ({ severity: "error", offset, why, remedy })),
  );
}

/** "2 errors, 1 warning", or "no errors, no warnings". */
export function tally(diagnostics: readonly Diagnostic[]): string {
  const [errors, warnings] = [diagnostics.filter(isError).length, diagnostics.filter(isWarning).length];
  return `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
}

export const isError = ({ severity }: Diagnostic): boolean => severity === "error";
export const isWarning = ({ severity }: Diagnostic): boolean => severity === "warning";

/** The command line of an applet on that ltsp.conf. */
export function commandOn(path: string, applet: string): string {
  return path === defaults.conf ? `ltsp ${applet}` : `ltsp --conf ${path} ${applet}`;
}

/** Why a file cannot be read, by errno. */
const unreadable: Record<string, { why: string; remedy: (path: string) => string }> = {
  ENOENT: {
    why: "there is no such file",
    remedy: (path) =>
      path === defaults.conf
        ? "Make a first one: ltsp conf new"
        : `Check its name, or make a first one: ltsp conf new ${path}`,
  },
  EACCES: { why: "no permission to read it", remedy: () => "Run ltsp as root: sudo ltsp …" },
  EISDIR: { why: "it is a directory", remedy: () => "Give the file that is in it." },
};

function counted(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
}

function refusal(source: Source, errors: Diagnostic[], product?: string): Failure {
  const outcome =
    product === undefined
      ? ""
      : existsSync(product)
        ? `, so ${product} stays as it was`
        : `, so ${product} is not made`;
  const why = `${counted(errors.length, "error")} in it${outcome}`;
  const shown = errors.flatMap((error) => formatDiagnostic(source, error));
  const edit = commandOn(source.file, "conf edit");
  return new Failure("invalid", source.file, why, [`Correct it: ${edit}`, ...shown].join("\n"));
}

function warningLine(source: Source, { offset, why, remedy }: Diagnostic): string {
  return `${source.place(offset)}: ${why}. ${remedy}`;
}

function readText(path: string): { text: string; mode: number } {
  try {
    return { text: readFileSync(path, "utf8"), mode: statSync(path).mode & 0o7777 };
  } catch (error) {
    const code = errnoOf(error) ?? "";
    const { why, remedy } = unreadable[code] ?? { why: `it cannot be read (${code})`, remedy: undefined };
    throw new Failure(code === "ENOENT" ? "missing" : "system", path, why, remedy?.(path), { cause: error });
  }
}
