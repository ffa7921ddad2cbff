import { mkdirSync } from "node:fs";
import { concerns } from "../client/concerns.ts";
import type { Client } from "../client/facts.ts";
import { hooks } from "../client/hooks.ts";
import { BUSYBOX, run } from "./busybox.ts";
import type { Found } from "./phase.ts";
import type { Report } from "./report.ts";
import { detach, MS_BIND, mount } from "./syscalls.ts";

/**
 * Phase 6: the root becomes this client's. What cannot be done is a warning, not a failed boot: a client with
 * one setting missing is of more use than none.
 */
export function configure(report: Report, client: Client): Found<void> {
  const omit = new Set((client.settings.get("OMIT_FUNCTIONS") ?? "").split(/\s+/));
  runHooks(report, client, "PRE_INIT_");
  let done = 0;
  for (const { name, apply } of concerns) {
    if (omit.has(name)) continue;
    try {
      apply(client);
      done++;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      report.say("warning", `configure: ${name}: ${why}`);
    }
  }
  runHooks(report, client, "POST_INIT_");
  return { value: undefined, summary: `${done} settings of ${client.hostname}` };
}

/** Runs the hooks of ltsp.conf with the new root's own sh, in sorted order; a hook that fails is reported. */
function runHooks(report: Report, client: Client, prefix: string): void {
  const all = hooks(client.settings, prefix);
  if (all.length === 0) return;
  const kernel = ["/proc", "/sys", "/dev", "/run"];
  for (const directory of kernel) {
    mkdirSync(`${client.root}${directory}`, { recursive: true });
    mount(directory, `${client.root}${directory}`, "", MS_BIND);
  }
  for (const { name, script } of all) {
    const { status, output } = run(BUSYBOX, ["chroot", client.root, "/bin/sh", "-c", script], {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    });
    if (output !== "")
      for (const line of output.split("\n")) report.say("notice", `configure: ${name}: ${line}`);
    if (status !== 0) report.say("warning", `configure: ${name}: its shell code ended with status ${status}`);
  }
  for (const directory of kernel.reverse()) detach(`${client.root}${directory}`);
}
