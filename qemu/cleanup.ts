import { constants } from "node:os";

const undos = new Set<() => void>();
let watching = false;

/**
 * Run `undo` when this process ends, whichever way it ends; only what is synchronous has the time to finish.
 * Returns what to call when the thing is gone already (it does not run `undo`).
 */
export function atExit(undo: () => void): () => void {
  watch();
  undos.add(undo);
  return () => undos.delete(undo);
}

function watch(): void {
  if (watching) return;
  watching = true;
  process.on("exit", undoAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

/** The newest first: what was set up last stands on what was set up before. */
function undoAll(): void {
  for (const undo of [...undos].reverse()) {
    undos.delete(undo);
    try {
      undo();
    } catch (error) {
      process.stderr.write(`left behind: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
