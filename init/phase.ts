import { setTimeout as sleep } from "node:timers/promises";
import { type Failure, mayHeal } from "../conf/failure.ts";
import type { Report } from "./report.ts";

/** How long a server that does not answer is asked again, and how often, in seconds. */
export const PATIENCE = 120;
const PAUSE = 3;

/** A phase failed: which one, with the reason as `cause`. */
export class PhaseError extends Error {
  override readonly name = "PhaseError";
  constructor(
    readonly phase: string,
    cause: unknown,
  ) {
    super(`${phase}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** What a phase found, and how to say that in one line. */
export interface Found<T> {
  value: T;
  summary: string;
}

/**
 * Runs one phase of the boot and logs what it found and how long it took. A server that does not answer is
 * asked again for two minutes before the phase counts as failed.
 */
export async function phase<T>(
  report: Pick<Report, "say">,
  name: string,
  run: () => Found<T> | Promise<Found<T>>,
  patience = PATIENCE,
): Promise<T> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  for (;;) {
    try {
      const { value, summary } = await run();
      report.say("notice", `${name}: ${summary} (${seconds().toFixed(2)} s)`);
      return value;
    } catch (error) {
      if (!mayHeal(error) || seconds() >= patience) throw new PhaseError(name, error);
      const { on, why } = error as Failure;
      report.say(
        "waiting",
        `${name}: ${on}: ${why}; trying again (${Math.round(seconds())} of ${patience} s)`,
      );
      await sleep(Math.min(PAUSE, patience - seconds()) * 1000);
    }
  }
}
