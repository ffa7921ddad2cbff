import { Failure } from "../conf/failure.ts";
import type { Console } from "./console.ts";

/** Root's shell on a serial console, where the kernel and systemd may write between the lines at any time. */
export class Shell {
  private commands = 0;

  constructor(
    private readonly console: Console,
    private readonly type: (text: string) => void,
  ) {}

  /** Waits for the login prompt, logs in as root (no password), and makes the console quiet enough to talk over. */
  async login(seconds: number): Promise<void> {
    await this.console.waitFor(/login: $/, seconds);
    const from = this.console.lines.length;
    this.type("root\n");
    await this.console.waitFor(/[#$] $|^Password: /, 60, from);
    if (this.console.find(/^Password: /, from) !== undefined) throw passwordWanted();
    // A plain sh: no line editing, no prompt; no pager, which would wait for a key. Signal 55 (SIGRTMIN+21) stops systemd's status lines on the console.
    this.type("exec env PS1= PS2= PAGER=cat SYSTEMD_PAGER=cat sh\n");
    await this.run("stty -echo -onlcr </dev/tty; dmesg -n 1; kill -55 1", 30);
  }

  /** Run a command line and return its exit status and what it wrote to stdout and stderr. */
  async run(commandLine: string, seconds: number): Promise<{ status: number; output: string }> {
    this.commands += 1;
    const id = this.commands;
    const from = this.console.lines.length;
    this.type(`${wrap(commandLine, id)}\n`);
    await this.console.waitFor(new RegExp(`<<end ${id} \\d+>>`), seconds, from);
    return unwrap(this.console.text(from), id);
  }
}

function passwordWanted(): Failure {
  const remedy = 'Put POST_INIT_ROOT="passwd -d root" into its ltsp.conf.';
  return new Failure("invalid", "root", "the client wants a password", remedy);
}

/**
 * The command line between two markers. They are written with quotes in the middle, so that the terminal's echo of
 * what was typed is not taken for the markers themselves.
 */
export function wrap(commandLine: string, id: number): string {
  return `echo "<""<begin ${id}>>"; { ${commandLine}; } </dev/null 2>&1; echo "<""<end ${id} $?>>"`;
}

/** What came between the markers. */
export function unwrap(text: string, id: number): { status: number; output: string } {
  const match = new RegExp(`<<begin ${id}>>\\r?\\n?([\\s\\S]*?)<<end ${id} (\\d+)>>`).exec(text);
  const [, output = "", status = "255"] = match ?? [];
  return { status: Number(status), output: output.replaceAll("\r", "").trimEnd() };
}
