import { createInterface } from "node:readline/promises";
import { isatty } from "node:tty";
import { interrupted, interruption } from "./interrupt.ts";

/** The admin in front of the screen. */
export interface Terminal {
  /** Is there anybody who can answer? */
  isInteractive: boolean;
  say(lines: readonly string[]): void;
  /** Asks until one of the answers (single letters; "" is Enter alone) is given; undefined at the end of the input. */
  choose(question: string, answers: readonly string[]): Promise<string | undefined>;
}

/** Questions go to standard error, since standard output is what a command is run for. */
export const terminal: Terminal = {
  get isInteractive() {
    return isatty(0);
  },
  say(lines) {
    for (const line of lines) process.stderr.write(`${line}\n`);
  },
  async choose(question, answers) {
    for (;;) {
      const answer = (await ask(question))?.trim().toLowerCase();
      if (answer === undefined || answers.includes(answer)) return answer;
    }
  },
};

async function ask(question: string): Promise<string | undefined> {
  // The terminal's own line editing will do, and with it Ctrl-C stays a signal.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const ended = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)));
  try {
    return await Promise.race([lines.question(question, { signal: interruption }), ended]);
  } catch (error) {
    throw interruption.aborted ? interrupted() : error;
  } finally {
    lines.close();
  }
}
