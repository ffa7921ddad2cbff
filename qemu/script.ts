import { Failure } from "../conf/failure.ts";

/** Run the body of a script of `npm run`: what fails ends in one message and exit status 1. */
export async function script(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    process.exitCode = 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = error.kind === "usage" ? 2 : 1;
  }
}
