import { writeText } from "../client/files.ts";
import type { Report } from "./report.ts";

/**
 * Repeats the boot's warnings where they are seen: on the console once the boot is done, and above the login prompt,
 * as systemd's own messages scroll the console away (agetty(8) prints issue.d, also the one in /run).
 */
export function repeatWarnings(report: Report, run = "/run"): void {
  const all = [...report.warnings];
  if (all.length === 0) return;
  const title = `${all.length === 1 ? "one warning" : `${all.length} warnings`} of this boot:`;
  report.say("error", [`handoff: ${title}`, ...all.map((line) => `  ${line}`)].join("\n"));
  // A backslash starts one of agetty's own sequences.
  const lines = all.map((line) => `  ${line.replaceAll("\\", "\\\\")}`);
  writeText(`${run}/issue.d/ltsp.issue`, `ltsp: ${title}\n${lines.join("\n")}\n\n`);
}
