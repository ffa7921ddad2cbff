import type { ChildProcess } from "node:child_process";
import { appendFileSync, copyFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../conf/failure.ts";
import { Console } from "./console.ts";
import { addTap, type Lan, removeTap } from "./lan.ts";
import { type ClientSpec, ovmfVars, qemuCommand } from "./machine.ts";
import { logs } from "./paths.ts";
import { Qmp } from "./qmp.ts";
import { Shell } from "./shell.ts";

/** How a client's power went off: by itself, by a reboot (QEMU ends instead), pulled by us, or QEMU's own failure. */
export type Ending = "powered off" | "rebooted" | "killed" | "failed";

/**
 * What a kernel dies of where QEMU's emulation of more than one CPU seems to fail it: a CPU executes the breakpoint that
 * the kernel has put into its own code while it changes that, after it was taken out again. Seen once in some 1,500 boots.
 */
const emulatorsFault = /\bint3: 0000 \[#1\]/;

let clients = 0;

/** A PC on the LAN, switched on. */
export class Client {
  readonly console: Console;
  /** Settles when the power is off. */
  readonly off: Promise<Ending>;
  private ending: Ending = "failed";
  private readonly qmp: Promise<Qmp>;
  private readonly shell: Shell;
  private isLoggedIn = false;
  /** How often it was switched off and on again because QEMU's emulation had failed it. */
  restarts = 0;

  private constructor(
    private readonly lan: Lan,
    readonly spec: ClientSpec,
    private readonly qemu: ChildProcess,
    readonly tap: string,
    qmpSocket: string,
    /** The console with the seconds since power-on, and what QEMU itself had to say. */
    readonly log: string,
  ) {
    const powerOn = performance.now();
    this.console = new Console(log, () => (performance.now() - powerOn) / 1000);
    this.shell = new Shell(this.console, (text) => this.type(text));
    qemu.stdout?.setEncoding("utf8").on("data", (text: string) => this.console.feed(text));
    qemu.stderr?.on("data", (text) => appendFileSync(log, `qemu: ${text}`));
    qemu.stdin?.on("error", () => {}); // typed into a machine that has just gone off
    this.off = new Promise((resolve) => qemu.once("close", () => resolve(this.cleanUp())));
    this.qmp = Qmp.connect(qmpSocket, ({ event, data }) => {
      if (event === "SHUTDOWN" && data?.guest)
        this.ending = data.reason === "guest-reset" ? "rebooted" : "powered off";
    });
    this.qmp.catch(() => {}); // QEMU did not start: `off` and the console tell
    this.console.watch(({ text }) => {
      if (emulatorsFault.test(text) && !this.isLoggedIn) this.startAgain().catch(() => this.qemu.kill());
    });
  }

  static async powerOn(lan: Lan, spec: ClientSpec): Promise<Client> {
    clients += 1;
    const name = `client${clients}`;
    const files = {
      tap: `tap${clients}`,
      qmp: join(lan.dir, `${name}.qmp`),
      vars: join(lan.dir, `${name}.vars`),
    };
    if (spec.firmware === "uefi") copyFileSync(ovmfVars, files.vars);
    await addTap(lan, files.tap);
    const qemu = lan.namespace.spawn(qemuCommand(spec, files), ["pipe", "pipe", "pipe"]);
    return new Client(lan, spec, qemu, files.tap, files.qmp, join(logs, `${basename(lan.dir)}-${name}.log`));
  }

  /** Bytes that the LAN has sent to it since power-on. */
  bytes(): number {
    return this.lan.namespace.bytesTo(this.tap);
  }

  /** Keystrokes on the serial console. */
  type(text: string): void {
    this.qemu.stdin?.write(text);
  }

  /** Wait for a line of the console; see Console.waitFor. */
  waitFor(pattern: RegExp, seconds = 120): Promise<{ at: number; text: string }> {
    return this.console.waitFor(pattern, seconds);
  }

  /** Log in as root, who needs no password, once the prompt is there. */
  async login(seconds = 180): Promise<void> {
    await this.shell.login(seconds);
    this.isLoggedIn = true;
  }

  /** Run a shell command line as root. The client must be logged in. */
  run(commandLine: string, seconds = 60): Promise<{ status: number; output: string }> {
    return this.shell.run(commandLine, seconds);
  }

  /** The output of a command that must succeed. */
  async ask(commandLine: string, seconds = 60): Promise<string> {
    const { status, output } = await this.run(commandLine, seconds);
    if (status === 0) return output;
    throw new Failure(
      "system",
      `${this.spec.mac}: ${commandLine}`,
      `exit status ${status}: ${output}`,
      `Its console is in ${this.log}.`,
    );
  }

  /** A picture of its screen, a PNG file; its ClientSpec must have a display. */
  async screenshot(file: string): Promise<void> {
    await (await this.qmp).complete("screendump", { filename: file, format: "png" });
  }

  /** Press the power button, as a person would: systemd shuts down. */
  async pressPower(): Promise<void> {
    (await this.qmp).execute("system_powerdown");
  }

  /** Wait until it is off by itself. */
  async waitOff(seconds: number): Promise<Ending> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.stillOn(seconds)), seconds * 1000);
    });
    return Promise.race([this.off, late]).finally(() => clearTimeout(timer));
  }

  /** Pull the plug. */
  async kill(): Promise<void> {
    if (this.qemu.exitCode === null && this.qemu.signalCode === null) {
      this.ending = "killed";
      (await this.qmp).execute("quit");
    }
    await this.off;
  }

  /** Give the wire to somebody else, such as a terminal, from now on. */
  wire(): { input: NodeJS.WritableStream | null; output: NodeJS.ReadableStream | null } {
    return { input: this.qemu.stdin, output: this.qemu.stdout };
  }

  /** Reset, with what was on the console forgotten: whoever waits for a line waits for one of the new boot. */
  private async startAgain(): Promise<void> {
    this.restarts += 1;
    this.console.forget();
    process.stderr.write(
      `${this.spec.mac}: QEMU's emulation has failed it; it starts again. See ${this.log}\n`,
    );
    const qmp = await this.qmp;
    await qmp.complete("stop");
    await sleep(500); // for what it has written already
    await qmp.complete("set-action", { reboot: "reset" });
    await qmp.complete("system_reset");
    this.console.listen();
    await qmp.complete("cont");
    await this.console.waitFor(/\S/, 120); // until then the BIOS resets it once more
    await qmp.complete("set-action", { reboot: "shutdown" });
  }

  private stillOn(seconds: number): Failure {
    const last = readFileSync(this.log, "utf8").split("\n").slice(-20).join("\n");
    return new Failure(
      "system",
      this.spec.mac,
      `it is still on after ${seconds} s:\n${last}\n`,
      `See ${this.log}.`,
    );
  }

  private async cleanUp(): Promise<Ending> {
    this.console.end(this.ending === "failed" ? "QEMU ended" : `the client is ${this.ending}`);
    this.qmp.then((qmp) => qmp.close()).catch(() => {});
    // Not an error: the whole LAN may be gone, its taps with it.
    await removeTap(this.lan, this.tap).catch(() => {});
    return this.ending;
  }
}
