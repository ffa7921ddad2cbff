import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Client } from "../client/facts.ts";
import { readText } from "../client/files.ts";
import { isOn } from "../client/flag.ts";
import { type Hook, hookScript, hooks, isTrace } from "../client/hooks.ts";
import { BUSYBOX } from "./busybox.ts";
import type { Report } from "./report.ts";
import { detach, MS_BIND, mount } from "./syscalls.ts";

/** How long all hooks of one kind may take together, in seconds. */
const LIMIT = 180;

/** Where a hook's output is, in the initramfs and in the new root alike. */
const DIRECTORY = "/run/ltsp/hooks";

/** Runs the hooks of ltsp.conf with the new root's own sh, in sorted order; a hook that fails is reported. */
export function runHooks(report: Report, client: Client, prefix: string): void {
  const all = hooks(client.settings, prefix);
  if (all.length === 0) return;
  const kernel = ["/proc", "/sys", "/dev", "/run"];
  for (const directory of kernel) {
    mkdirSync(`${client.root}${directory}`, { recursive: true });
    mount(directory, `${client.root}${directory}`, "", MS_BIND);
  }
  const sh = [BUSYBOX, "setsid", BUSYBOX, "chroot", client.root, "/bin/sh"];
  runAll(report, client, all, sh);
  for (const directory of kernel.reverse()) detach(`${client.root}${directory}`);
}

/**
 * Runs hooks in one shell, `sh` and the script's name, which must lead a process group of its own: whatever of it runs
 * when the time is over is ended, and the hooks behind the one that took so long run in a new shell.
 */
export function runAll(
  report: Pick<Report, "say">,
  client: Client,
  all: readonly Hook[],
  sh: readonly string[],
  { directory = DIRECTORY, limit = LIMIT } = {},
): void {
  const trace = isOn(client, "DEBUG_LOG");
  for (let rest = all; rest.length > 0; ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${directory}/script`, hookScript(client.settings, rest, directory, trace), {
      mode: 0o600,
    });
    let began = uptime(readText("/proc/uptime"));
    const ending = runToEnd([...sh, `${directory}/script`], limit);
    const ended = readText(`${directory}/status`).split("\n").slice(0, -1);
    for (const [index, { name }] of rest.slice(0, ended.length + 1).entries()) {
      tellOutput(report, name, readText(`${directory}/${name}`));
      const [status = ending, at] = ended[index]?.split(" ") ?? [];
      if (at !== undefined) {
        report.say("notice", `configure: ${name}: ended (${(uptime(at) - began).toFixed(2)} s)`);
        began = uptime(at);
      }
      if (status !== "0") complain(client, name, status);
    }
    rest = rest.slice(ended.length + 1);
    rmSync(directory, { recursive: true });
  }
}

/** The seconds that the kernel has run, of /proc/uptime's text. */
const uptime = (text: string) => Number.parseFloat(text);

/** Runs a program that leads its process group, for so many seconds; how it ended, in words or as a status. */
function runToEnd([program = "", ...args]: readonly string[], seconds: number): string {
  const { pid, status, error } = spawnSync(program, args, {
    stdio: "ignore",
    timeout: seconds * 1000,
    killSignal: "SIGKILL",
    env: { ...process.env, PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  });
  if (status !== null) return String(status);
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Not an error: nothing of it is left.
  }
  return error === undefined || "code" in error ? `${seconds} seconds` : String(error);
}

function tellOutput(report: Pick<Report, "say">, name: string, output: string): void {
  for (const line of output.trim().split("\n"))
    if (line !== "") report.say(isTrace(line) ? "debug" : "notice", `configure: ${name}: ${line}`);
}

function complain({ settings, warn }: Client, name: string, ending: string): void {
  const why = /^\d+$/.test(ending)
    ? `its shell code ended with status ${ending}`
    : `its shell code was stopped, as it had not ended after ${ending}`;
  warn(settings.failure(name, `${name}: ${why}`, "What it wrote is in /run/ltsp/boot.log."));
}
