import { execa, type Options } from "execa";
import { Failure } from "../conf/failure.ts";

interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Show the output as it comes rather than keep it for the error. */
  show?: boolean;
  /** What the reader can do when it fails. */
  remedy?: string;
}

/** Run a command to its end and return its stdout; a Failure carries the last lines of what it said. */
export async function command(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const [file = "", ...args] = argv;
  const execaOptions: Options = {
    reject: false,
    stdin: "ignore",
    ...(options.show ? { stdout: "inherit", stderr: "inherit" } : {}),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  };
  const result = await execa(file, args, execaOptions);
  if (result.failed) throw failed(argv, result, options.remedy);
  return String(result.stdout ?? "");
}

interface Ended {
  exitCode?: number | undefined;
  signal?: string | undefined;
  code?: string | undefined;
  stdout?: unknown;
  stderr?: unknown;
}

function failed(argv: readonly string[], ended: Ended, remedy = "Its output says why."): Failure {
  const how = ended.code ?? ended.signal ?? `exit status ${ended.exitCode}`;
  const said = lastLines(`${ended.stdout ?? ""}\n${ended.stderr ?? ""}`, 15);
  return new Failure("system", argv.join(" "), `it ended with ${how}${said && `:\n${said}\n`}`, remedy);
}

/** The last `count` lines of a text that say something. */
export function lastLines(text: string, count: number): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}
