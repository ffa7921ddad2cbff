import { formatDiagnostic } from "../conf/diagnostic.ts";
import { checkFile, isError, isWarning, tally } from "./conf.ts";
import type { Report } from "./options.ts";

/** `ltsp conf check`: all that is wrong with an ltsp.conf, as compilers show it. Exit status 1 if it has errors. */
export function confCheck(path: string): Report {
  const { conf, diagnostics } = checkFile(path);
  const errors = diagnostics.filter(isError).length;
  return {
    lines: [
      ...diagnostics.flatMap((diagnostic) => formatDiagnostic(conf.source, diagnostic)),
      `${path}: ${tally(diagnostics)}`,
    ],
    data: {
      file: path,
      errors,
      warnings: diagnostics.filter(isWarning).length,
      diagnostics: diagnostics.map(({ severity, offset, why, remedy }) => ({
        severity,
        ...conf.source.position(offset),
        why,
        remedy,
      })),
    },
    status: errors > 0 ? 1 : 0,
  };
}
