import { inspect } from "node:util";
import { Failure } from "../conf/failure.ts";

/** Run the body of a script of `npm run`: what fails ends in one message and exit status 1. */
export async function script(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    process.exit(0);
  } catch (error) {
    // Anything else is a mistake of ours, and its stack shows where. Left uncaught it would skip what atExit cleans up.
    process.stderr.write(`${name}: ${error instanceof Failure ? error.message : inspect(error)}\n`);
    process.exit(error instanceof Failure && error.kind === "usage" ? 2 : 1);
  }
}
