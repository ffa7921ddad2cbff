import { Failure } from "./conf/failure.ts";

/** The first argument says which applet. The client's init loads nothing of the server's: its start-up time is boot time. */
async function applet(args: string[]): Promise<number> {
  if (args[0] === "init") return (await import("./init/main.ts")).main();
  return (await import("./server/cli.ts")).main(args);
}

applet(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    const message = error instanceof Failure ? error.message : `internal error: ${String(error)}`;
    process.stderr.write(`ltsp: ${message}\n`);
    process.exit(1);
  },
);
