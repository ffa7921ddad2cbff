import { spawn } from "node:child_process";
import { Failure } from "../conf/failure.ts";
import { interruption, stopIfInterrupted } from "./interrupt.ts";
import { requireProgram } from "./run.ts";

/** The admin's editor, as words of a command: what the environment names, or else Debian's. The first that is there. */
export function findEditor(environment: NodeJS.ProcessEnv = process.env): string[] {
  const { SUDO_EDITOR, VISUAL, EDITOR } = environment;
  const commands = [SUDO_EDITOR, VISUAL, EDITOR, "sensible-editor", "nano", "vi"]
    .map((command) => command?.split(/\s+/).filter((word) => word !== "") ?? [])
    .filter(([program]) => program !== undefined);
  const found = commands.find(([program = ""]) => isInstalled(program));
  if (found !== undefined) return found;
  throw new Failure(
    "missing",
    commands.map(([program]) => program).join(", "),
    "none of these editors is installed",
    "Install one: apt install nano",
  );
}

function isInstalled(program: string): boolean {
  try {
    requireProgram(program);
    return true;
  } catch {
    return false;
  }
}

/** Lets the admin edit a file, to the end of the editor. Failure if that fails. */
export async function runEditor(command: readonly string[], file: string): Promise<void> {
  const [program = "", ...args] = command;
  const why = await withoutInterrupts(
    () =>
      new Promise<string | undefined>((resolve) => {
        const child = spawn(program, [...args, file], { stdio: "inherit", signal: interruption });
        child.on("error", (error) => resolve(`the editor cannot be run (${error.message})`));
        child.on("exit", (status, signal) => resolve(status === 0 ? undefined : ended(status, signal)));
      }),
  );
  stopIfInterrupted();
  if (why === undefined) return;
  throw new Failure("system", command.join(" "), why, "To use another: sudo EDITOR=nano ltsp conf edit");
}

function ended(status: number | null, signal: string | null): string {
  return signal === null ? `the editor failed (exit status ${status})` : `the editor was ended by ${signal}`;
}

/** Ctrl-C in an editor is the editor's, though the terminal sends it to ltsp too. */
async function withoutInterrupts<T>(use: () => Promise<T>): Promise<T> {
  const ours = process.listeners("SIGINT");
  const ignore = () => {};
  process.on("SIGINT", ignore);
  for (const listener of ours) process.off("SIGINT", listener);
  try {
    return await use();
  } finally {
    for (const listener of ours) process.on("SIGINT", listener);
    process.off("SIGINT", ignore);
  }
}
