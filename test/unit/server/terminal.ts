import { spawn } from "node:child_process";

/** What a run at a terminal came to: all that it showed, and its exit status. */
export interface Shown {
  screen: string;
  status: number | null;
}

/**
 * Runs a command at a terminal of its own (script(1)) and types: for each step it waits until the screen shows the
 * one text, and then types the other.
 */
export function atTerminal(
  command: string[],
  steps: [shown: string, typed: string][],
  environment: Record<string, string> = {},
): Promise<Shown> {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["-qec", `exec ${quoted}`, "/dev/null"], {
    env: { ...process.env, SHELL: "/bin/sh", ...environment },
  });
  let screen = "";
  let seen = 0;
  const left = [...steps];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    screen += piece.replaceAll("\r", "");
    for (let step = left[0]; step !== undefined; step = left[0]) {
      const at = screen.indexOf(step[0], seen);
      if (at < 0) return;
      seen = at + step[0].length;
      left.shift();
      child.stdin.write(step[1]);
    }
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ screen, status }));
  });
}
