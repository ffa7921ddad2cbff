import { mkdirSync } from "node:fs";
import { concerns } from "../client/concerns.ts";
import { configuration } from "../client/configuration.ts";
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
  const omitted = omittedSteps(client);
  attempt(report, client, "configuration", configuration);
  attempt(report, client, "hooks", () => runHooks(report, client, "PRE_INIT_"));
  const steps = concerns.filter(({ name }) => !omitted.has(name));
  for (const { name, apply } of steps) attempt(report, client, name, apply);
  attempt(report, client, "hooks", () => runHooks(report, client, "POST_INIT_"));
  return { value: undefined, summary: `${steps.length} settings of ${client.hostname}` };
}

/** Does one step; what it warns of, or fails with, is said with its name. */
function attempt(report: Report, client: Client, step: string, apply: (client: Client) => void): void {
  const start = performance.now();
  const warn = (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    report.say("warning", `configure: ${step}: ${why}`);
  };
  try {
    apply({ ...client, warn });
  } catch (error) {
    warn(error);
  }
  report.say("debug", `configure: ${step} took ${(performance.now() - start).toFixed(0)} ms`);
}

/** The steps that OMIT_FUNCTIONS names. */
function omittedSteps({ settings, warn }: Client): Set<string> {
  const known = concerns.map(({ name }) => name);
  const omitted = (settings.get("OMIT_FUNCTIONS") ?? "").split(/\s+/).filter((name) => name !== "");
  for (const name of omitted.filter((name) => !known.includes(name))) {
    warn(
      settings.failure("OMIT_FUNCTIONS", `${name} is no step of the boot`, `The steps: ${known.join(" ")}.`),
    );
  }
  return new Set(omitted);
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
    if (status !== 0) {
      client.warn(
        client.settings.failure(
          name,
          `${name}: its shell code ended with status ${status}`,
          "What it printed is in /run/ltsp/boot.log.",
        ),
      );
    }
  }
  for (const directory of kernel.reverse()) detach(`${client.root}${directory}`);
}
