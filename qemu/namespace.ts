import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../conf/failure.ts";
import { atExit } from "./cleanup.ts";
import { command } from "./command.ts";
import { listeningPorts } from "./sockets.ts";

/**
 * A network, mount and process namespace without a name, so that any number of runs can stand side by side.
 * It is held by a `cat` that reads a pipe of ours: however we end, the pipe closes, cat ends, and since cat is the
 * namespace's process 1 the kernel kills all other processes in it and drops its mounts, bridge and taps.
 */
export class Namespace {
  private constructor(
    private readonly holder: ChildProcess,
    /** The holder's process id, for `nsenter --target`. */
    readonly pid: number,
    private readonly forget: () => void,
  ) {}

  static async open(): Promise<Namespace> {
    const isolation = [
      "--net",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      "--propagation",
      "private",
    ];
    const holder = spawn("unshare", [...isolation, "cat"], { stdio: ["pipe", "pipe", "pipe"] });
    const forget = atExit(() => holder.kill("SIGKILL"));
    await echo(holder);
    const namespace = new Namespace(holder, childOf(holder), forget);
    await namespace.prepare();
    return namespace;
  }

  /** What daemons take for granted: a loopback, a /run of their own (rpcbind's socket has a fixed path), this network's /sys. */
  private async prepare(): Promise<void> {
    await this.run(["mount", "-t", "tmpfs", "-o", "mode=755", "run", "/run"]);
    await this.run(["mount", "-t", "sysfs", "sysfs", "/sys"]);
    await this.run(["ip", "link", "set", "lo", "up"]);
  }

  /** The argument list that runs `argv` in here. */
  enter(argv: readonly string[]): string[] {
    return ["nsenter", "--target", String(this.pid), "--net", "--mount", "--pid", "--", ...argv];
  }

  /** Run a command to its end and return its stdout. */
  async run(argv: readonly string[]): Promise<string> {
    return command(this.enter(argv));
  }

  /** Start a process that goes on running. */
  spawn(argv: readonly string[], stdio: StdioOptions): ChildProcess {
    const [file = "", ...args] = this.enter(argv);
    return spawn(file, args, { stdio });
  }

  /** Does a socket in here listen on that port? */
  listens(protocol: "tcp" | "udp", port: number): boolean {
    const tables = [protocol, `${protocol}6`].map((table) =>
      readFileSync(`/proc/${this.pid}/net/${table}`, "utf8"),
    );
    return tables.some((table) => listeningPorts(table).has(port));
  }

  /** Bytes that went out of a tap to its client since the tap was made, with Ethernet headers. */
  bytesTo(tap: string): number {
    return Number(readFileSync(`/proc/${this.pid}/root/sys/class/net/${tap}/statistics/tx_bytes`, "utf8"));
  }

  async close(): Promise<void> {
    this.forget();
    if (this.holder.exitCode !== null || this.holder.signalCode !== null) return;
    const ended = once(this.holder, "exit");
    this.holder.stdin?.end();
    await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
    this.holder.kill("SIGKILL");
    await ended;
  }
}

/** Cat answers: then the namespaces are made and it is in them. */
async function echo(holder: ChildProcess): Promise<void> {
  let complaint = "";
  holder.stderr?.on("data", (text) => {
    complaint += text;
  });
  holder.stdin?.write("ready\n");
  const answered = await Promise.race([
    new Promise<boolean>((resolve) => holder.stdout?.once("data", () => resolve(true))),
    once(holder, "close").then(() => false),
  ]);
  if (answered) return;
  const remedy = "Run it as root, outside of a container or in a privileged one.";
  throw new Failure("unsupported", "unshare", `no namespace could be made: ${complaint.trim()}`, remedy);
}

/** The process id of the one child that a process has; nsenter and unshare fork and wait. */
export function childOf(parent: ChildProcess): number {
  const children = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, "utf8");
  return Number(children.trim().split(" ")[0]);
}
