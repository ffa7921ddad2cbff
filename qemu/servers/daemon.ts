import type { ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../conf/failure.ts";
import { lastLines } from "../command.ts";
import { childOf, type Namespace } from "../namespace.ts";

export interface DaemonSpec {
  name: string;
  argv: readonly string[];
  /** For a server that goes to the background: where it writes its process id, as numbered in the namespace. */
  pidFile?: string;
  /** It listens there when it is ready. */
  ports: readonly { protocol: "tcp" | "udp"; port: number }[];
  /** Where its stdout and stderr go. */
  log: string;
  /** A log that it writes itself, and that says more. */
  ownLog?: string;
}

/** A real server in the LAN's namespace. A test can stop it and start it again. */
export class Daemon {
  private process: ChildProcess | undefined;

  constructor(
    private readonly namespace: Namespace,
    private readonly spec: DaemonSpec,
  ) {}

  /** Returns when it listens; a server that dies or does not get ready fails with the end of its log. */
  async start(): Promise<void> {
    const log = openSync(this.spec.log, "a");
    this.process = this.namespace.spawn(this.spec.argv, ["ignore", log, log]);
    closeSync(log);
    await this.becomeReady();
  }

  async stop(): Promise<void> {
    if (this.spec.pidFile !== undefined) return this.stopBackground(this.spec.pidFile);
    const running = this.process;
    if (running === undefined || hasEnded(running)) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    signal(childOf(running), "SIGTERM");
    await Promise.race([ended, sleep(5000, undefined, { ref: false })]);
    if (!hasEnded(running)) signal(childOf(running), "SIGKILL");
    await ended;
  }

  private async stopBackground(pidFile: string): Promise<void> {
    await this.namespace.run(["kill", readFileSync(pidFile, "utf8").trim()]);
    while (this.spec.ports.some(({ protocol, port }) => this.namespace.listens(protocol, port)))
      await sleep(50);
  }

  /** What it has logged so far. */
  log(): string {
    const files = [this.spec.log, this.spec.ownLog];
    return files
      .map((file) => (file !== undefined && existsSync(file) ? readFileSync(file, "utf8") : ""))
      .join("\n");
  }

  private async becomeReady(): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!this.spec.ports.every(({ protocol, port }) => this.namespace.listens(protocol, port))) {
      if (this.process === undefined || hasEnded(this.process))
        throw this.failed("it ended while it started");
      if (Date.now() > deadline) throw this.failed("it did not get ready in 20 s");
      await sleep(50);
    }
  }

  private failed(why: string): Failure {
    const said = lastLines(this.log(), 20);
    return new Failure(
      "system",
      this.spec.name,
      `${why}. Its log:\n${said}\n`,
      `All of it is in ${this.spec.log}.`,
    );
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Not an error: it may just have ended by itself. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, name);
  } catch {}
}
