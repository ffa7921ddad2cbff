import { writeText } from "../client/files.ts";
import type { Report } from "./report.ts";

/**
 * Repeats the boot's warnings where they are seen: on the console once the boot is done, and above the login prompt,
 * as systemd's own messages scroll the console away (agetty(8) prints /etc/issue.d). Not there in a `shared` root.
 */
export function repeatWarnings(report: Report, newRoot: string, shared: boolean): void {
  const all = [...report.warnings];
  if (all.length === 0) return;
  const title = `${all.length === 1 ? "one warning" : `${all.length} warnings`} of this boot:`;
  report.say("error", [`handoff: ${title}`, ...all.map((line) => `  ${line}`)].join("\n"));
  if (shared) return;
  // A backslash starts one of agetty's own sequences.
  const lines = all.map((line) => `  ${line.replaceAll("\\", "\\\\")}`);
  writeText(`${newRoot}/etc/issue.d/ltsp.issue`, `ltsp: ${title}\n${lines.join("\n")}\n\n`);
}
