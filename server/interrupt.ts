import { Failure } from "../conf/failure.ts";

const controller = new AbortController();
let received: NodeJS.Signals | undefined;

/** Aborts when the run is to stop; child processes are started with it. */
export const interruption: AbortSignal = controller.signal;

/**
 * From now on SIGINT, SIGTERM and SIGHUP stop the run in order: the child process ends, the `finally` blocks
 * take away what was half written, and the command fails with `interrupted`.
 */
export function stopOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      received ??= signal;
      controller.abort();
    });
  }
}

/** Ends the run here if a signal has asked for it. */
export function stopIfInterrupted(): void {
  if (interruption.aborted) throw interrupted();
}

/** The failure that an interrupted run ends with. */
export function interrupted(): Failure {
  return new Failure(
    "interrupted",
    received ?? "signal",
    `stopped as told; what was there before is untouched`,
    "Run the same command again when you want it.",
  );
}
