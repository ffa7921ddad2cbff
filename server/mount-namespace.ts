import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Failure } from "../conf/failure.ts";
import { requireProgram, run } from "./run.ts";

/**
 * A mount namespace of its own, which ends with this process however that ends, and all its mounts, loop devices and
 * daemons with it. It is held by a `cat` that reads a pipe of ours.
 */
export class MountNamespace {
  readonly #holder: ChildProcess;
  readonly #daemons: { program: string; process: ChildProcess }[] = [];

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** Fails where no mounts can be made: for who is not root, and in some containers. */
  static async open(): Promise<MountNamespace> {
    for (const program of ["unshare", "nsenter", "mount"]) requireProgram(program);
    const holder = spawn("unshare", ["--mount", "--propagation", "private", "cat"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    // What comes back has gone through cat, so the namespace is there.
    holder.stdin?.on("error", () => {});
    holder.stdin?.write("\n");
    const [first] = await Promise.race([once(holder.stdout ?? holder, "data"), once(holder, "close")]);
    if (String(first) === "\n") return new MountNamespace(holder);
    throw new Failure(
      "system",
      "unshare --mount",
      "nothing can be mounted here",
      "Run ltsp as root, and not in a container that forbids it. Or unpack the source into a directory, and give that.",
    );
  }

  /** What is mounted here, as the rest of the system can read it. */
  path(directory: string): string {
    return `/proc/${this.#holder.pid}/root${directory}`;
  }

  async mount(...args: string[]): Promise<void> {
    await run("nsenter", this.#inside("mount", ...args));
  }

  /** Starts a daemon, whose mounts are in here. It is killed in the end: it must have nothing to put in order. */
  spawn(program: string, args: readonly string[]): ChildProcess {
    for (const needed of ["setpriv", program]) requireProgram(needed);
    // The kernel kills it if we are killed, since it would keep the namespace.
    const command = this.#inside("setpriv", "--pdeathsig", "KILL", program, ...args);
    const daemon = spawn("nsenter", command, { stdio: ["ignore", "pipe", "pipe"] });
    this.#daemons.push({ program, process: daemon });
    return daemon;
  }

  /** Fails if a daemon has ended: what was read since may look like empty files and directories. */
  check(): void {
    const ended = this.#daemons.find(({ process }) => !isRunning(process));
    if (ended === undefined) return;
    const { program, process } = ended;
    throw new Failure(
      "system",
      program,
      `it ended while its disk was being read (${process.signalCode ?? `exit status ${process.exitCode}`})`,
      "If the server has run out of memory, dmesg says so. Run the same command again.",
    );
  }

  async close(): Promise<void> {
    const daemons = this.#daemons.map(({ process }) => process);
    const running = [this.#holder, ...daemons].filter(isRunning);
    const ended = running.map((child) => once(child, "close"));
    this.#holder.stdin?.end();
    for (const daemon of daemons) daemon.kill("SIGKILL");
    await Promise.all(ended);
  }

  /** The arguments of nsenter(1) by which a command runs in here. */
  #inside(...command: string[]): string[] {
    return [`--mount=/proc/${this.#holder.pid}/ns/mnt`, "--", ...command];
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;
