import type { Client } from "../client/facts.ts";
import { Failure } from "../conf/failure.ts";
import { busybox } from "./busybox.ts";
import { connectNbd } from "./nbd.ts";
import type { Report } from "./report.ts";
import { NBD_PORT } from "./source.ts";

/** The server's export for it. */
const EXPORT = "swap";

/** What makes the export: nbd-server(5); `temporary` gives each client a file of its own, gone when it goes off. */
const serverLines = [
  "[swap]",
  "exportname = /var/tmp/ltsp-swap",
  "filesize = 1073741824",
  "temporary = true",
];

/**
 * NBD_SWAP: swap on the server, in the file that its export gives to this client. It is made before the handoff, as
 * the kernel alone keeps the connection, whose other end no service of the client may take down. What fails is a
 * warning, and not tried again: a client that waits is worse off than one without swap.
 */
export async function nbdSwap(report: Pick<Report, "say">, client: Client): Promise<void> {
  const { settings, server } = client;
  try {
    if (!settings.flag("NBD_SWAP", false)) return;
    if (server === undefined) throw new Failure("missing", "SERVER", "the server is not known");
    const name = `nbd://${server}:${NBD_PORT}/${EXPORT}`;
    const device = await connectNbd(server, NBD_PORT, EXPORT, name);
    must(name, "mkswap", device);
    // Debian's busybox knows no priorities. What is given none is used last (swapon(2)).
    must(name, "swapon", device);
    report.say("notice", `configure: nbd-swap: ${name} is swap, on ${device}`);
  } catch (error) {
    const why = error instanceof Failure ? `${error.on}: ${error.why}` : String(error);
    const { message } = settings.failure("NBD_SWAP", `no swap over NBD: ${why}`, remedy);
    report.say("warning", `configure: nbd-swap: ${message}`);
  }
}

const remedy = [
  "nbd-server must run on the server, with these lines in /etc/nbd-server/config (filesize: bytes for each client):",
  ...serverLines.map((line) => `    ${line}`),
  "and be restarted then: systemctl restart nbd-server",
].join("\n");

function must(name: string, ...command: string[]): void {
  const { status, output } = busybox(...command);
  if (status !== 0) throw new Failure("system", name, `${command.join(" ")}: ${output}`);
}
