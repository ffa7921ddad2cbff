import { quoted, type Settings } from "../conf/settings.ts";

/** A hook of ltsp.conf: its name, and its shell code. */
export interface Hook {
  name: string;
  code: string;
}

/** The hooks whose names begin with a prefix (`PRE_INIT_`, `POST_INIT_`), in sorted order. */
export function hooks(settings: Settings, prefix: string): Hook[] {
  return settings.family(prefix).map(({ name, value }) => ({ name, code: value }));
}

/** What a traced hook's lines begin with: sh repeats the first letter for commands within commands. */
const TRACE = "+ltsp: ";

/** Is a line of a hook's output the trace of a command, and not what the hook wrote? */
export function isTrace(line: string): boolean {
  return line.startsWith("+") && line.replace(/^\++/, "+").startsWith(TRACE);
}

/** Words of sh alone: a program would take its time too. */
const ended = (directory: string) =>
  `ltsp_status=$?; read -r ltsp_uptime ltsp_idle </proc/uptime; echo "$ltsp_status $ltsp_uptime" >>${directory}/status`;

/**
 * One script for sh that runs hooks one after the other, each in a subshell of its own that knows the settings and the
 * sections that hold code. In `directory`, a file by a hook's name gets what it writes, and the file `status` a line
 * with the status of each that has ended, and when that was: the kernel's uptime in seconds, for a hook may set the
 * clock. Files and not pipes: what a hook leaves in the background may keep them open.
 */
export function hookScript(
  settings: Settings,
  all: readonly Hook[],
  directory: string,
  trace: boolean,
): string {
  const lines = all.map(({ name, code }) => {
    // eval, so that code that is no sh ends its own subshell and not the script.
    const body = `${trace ? `PS4='${TRACE}'; set -x; ` : ""}eval ${quoted(code)}`;
    return `( ${body}\n) </dev/null >${directory}/${name} 2>&1\n${ended(directory)}\n`;
  });
  // -a: what a hook calls finds the settings in its environment.
  return `set -a\n${settings.toShell()}set +a\n${lines.join("")}`;
}
