import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { errnoOf, Failure } from "../conf/failure.ts";
import packageJson from "../package.json" with { type: "json" };
import { addConf } from "./conf-commands.ts";
import { parseFlag } from "./flag-option.ts";
import { addImages } from "./image-commands.ts";
import { stopOnSignals } from "./interrupt.ts";
import { defaults, type Options, type Report } from "./options.ts";

/** Runs the server's command line and gives its exit status: 0 done, 1 failed, 2 wrong usage. */
export async function main(args: string[]): Promise<number> {
  stopOnSignals();
  // What clients fetch is for everybody to read, whatever root's umask is; a secret has a mode of its own.
  process.umask(0o022);
  let report: Report | undefined;
  const program = commandLine((made) => {
    report = made;
  });
  try {
    await program.parseAsync(valuesSpelledOut(args), { from: "user" });
    if (report === undefined) return 0;
    for (const error of report.errors ?? []) process.stderr.write(`ltsp: ${error}\n`);
    await tell(report, program.opts().json === true);
    return report.status ?? 0;
  } catch (error) {
    return fail(error, program);
  }
}

function commandLine(done: (report: Report) => void): Command {
  const program = new Command("ltsp")
    .description("Netboot whole rooms of PCs from one server.")
    .option("-b, --base-dir <dir>", "where roots and images are", defaults.base)
    .option("-t, --tftp-dir <dir>", "where clients fetch their boot files from", defaults.tftp)
    .option("-m, --home-dir <dir>", "where the users' homes are", defaults.home)
    .option(
      "-o, --overwrite <0|1>",
      "replace files that were edited by hand (-o alone means 1)",
      parseFlag,
      defaults.overwrite,
    )
    .option("--conf <file>", "the ltsp.conf to read", defaults.conf)
    .option("--json", "print what was done as JSON")
    .option("--debug", "show where in the program an error came from")
    .version(packageJson.version, "-V, --version")
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError()
    .addHelpText("after", "\nThe client's side, ltsp init, is run by the client's own boot. More: man ltsp");

  const options = (): Options => {
    const given = program.opts();
    return {
      base: resolve(given.baseDir),
      tftp: resolve(given.tftpDir),
      home: resolve(given.homeDir),
      overwrite: given.overwrite,
      conf: resolve(given.conf),
      json: given.json === true,
      debug: given.debug === true,
    };
  };

  // Each applet loads its own modules, so that none waits for another's.
  addImages(program, options, done);
  program
    .command("initrd")
    .description("make ltsp.img from ltsp.conf and the users, and the clients' runtime")
    .action(async () => {
      const [{ initrd }, { compiledBinary }] = await Promise.all([
        import("./initrd.ts"),
        import("./binary.ts"),
      ]);
      done(await initrd(compiledBinary(), options()));
    });
  program
    .command("ipxe")
    .description("make the boot menu, and put iPXE beside it")
    .option("--transport <nfs|nbd|http>", "how clients get their image", "nfs")
    .action(async (own: { transport: string }) => {
      const [{ ipxe }, { parseTransport }] = await Promise.all([import("./ipxe.ts"), import("./menu.ts")]);
      done(await ipxe(parseTransport(own.transport), options()));
    });
  addConf(program, options, done);
  program
    .command("completion")
    .description("print what lets bash complete ltsp's command line")
    .action(async () => {
      const [{ completion }, { parameters }] = await Promise.all([
        import("./completion.ts"),
        import("../conf/parameters.ts"),
      ]);
      done(completion(program, parameters));
    });
  return program;
}

/**
 * `-o` and `--revert` take their values only after a "=": in `ltsp -o image --revert x`, "image" is the applet, and x
 * the image. `--revert` alone has the empty value.
 */
function valuesSpelledOut(args: string[]): string[] {
  return args.map((arg) => {
    const [name, value] = arg.split("=", 2);
    if (name === "-o" || name === "--overwrite") return `--overwrite=${value ?? "1"}`;
    return arg === "--revert" ? "--revert=" : arg;
  });
}

/** Prints a report to its end: what is left in a pipe when the process exits would be lost. */
async function tell(report: Report, asJson: boolean): Promise<void> {
  const lines = asJson ? [JSON.stringify(report.data, null, 2)] : report.lines;
  const text = lines.map((line) => `${line}\n`).join("");
  try {
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    // Whoever reads the output may stop when he has enough, as head does.
    if (errnoOf(error) !== "EPIPE")
      throw new Failure("system", "standard output", `it cannot be written (${errnoOf(error)})`);
  }
}

function fail(error: unknown, program: Command): number {
  if (error instanceof CommanderError) {
    // Help and version are thrown too, once they are printed.
    if (error.exitCode === 0) return 0;
    const command = innermost(program, program.args);
    const what = command === program ? "applet" : "of its subcommands";
    const message =
      error.code === "commander.help"
        ? `which ${what}? One of: ${command.commands.map((one) => one.name()).join(", ")}`
        : error.message.replace(/^error: /, "");
    process.stderr.write(`ltsp: ${message.replace(/\n/g, " ")}. See: ${pathOf(command)} --help\n`);
    return 2;
  }
  const message =
    error instanceof Failure
      ? error.message
      : `internal error: ${error instanceof Error ? error.message : String(error)}. Run it again with --debug to see where.`;
  process.stderr.write(`ltsp: ${message}\n`);
  if (program.opts().debug === true) process.stderr.write(`${traceOf(error)}\n`);
  return error instanceof Failure && error.kind === "usage" ? 2 : 1;
}

/** The command that the arguments name, as far as they name one. */
function innermost(command: Command, [name, ...rest]: readonly string[]): Command {
  const named = command.commands.find((one) => one.name() === name);
  return named === undefined ? command : innermost(named, rest);
}

/** "ltsp conf check" */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? `${error.stack}` : `${error.stack}\ncaused by: ${traceOf(error.cause)}`;
}
