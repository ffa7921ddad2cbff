import { concerns } from "../client/concerns.ts";
import { configuration } from "../client/configuration.ts";
import type { Client } from "../client/facts.ts";
import { damageLine } from "./damage-line.ts";
import { runHooks } from "./hooks.ts";
import { nbdSwap } from "./nbd-swap.ts";
import type { Found } from "./phase.ts";
import type { Report } from "./report.ts";
import type { MountedRoot } from "./root.ts";

/**
 * Phase 6: the root becomes this client's. What cannot be done is a warning, not a failed boot: a client with
 * one setting missing is of more use than none.
 */
export async function configure(
  report: Report,
  client: Client,
  { shared, checked }: MountedRoot,
): Promise<Found<void>> {
  const omitted = omittedSteps(client);
  await nbdSwap(report, client);
  if (shared) return configureShared(report, client, omitted);
  if (checked !== undefined) attempt(report, client, "dm-verity", (told) => damageLine(told, checked));
  attempt(report, client, "configuration", configuration);
  attempt(report, client, "hooks", (told) => runHooks(report, told, "PRE_INIT_"));
  const steps = concerns.filter(({ name }) => !omitted.has(name));
  for (const { name, apply } of steps) attempt(report, client, name, apply);
  attempt(report, client, "hooks", (told) => runHooks(report, told, "POST_INIT_"));
  return { value: undefined, summary: `${steps.length} settings of ${client.hostname}` };
}

/** An administrative client's root is all clients': only what is below /run is its own, and no hook runs in it. */
function configureShared(report: Report, client: Client, omitted: ReadonlySet<string>): Found<void> {
  const steps = concerns.filter(({ name, volatile }) => volatile && !omitted.has(name));
  for (const { name, apply } of steps) attempt(report, client, name, apply);
  const done = steps.map(({ name }) => name).join(", ");
  return { value: undefined, summary: `${done}; no other setting and no hook, as this root is all clients'` };
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
  const omitted = settings.words("OMIT_FUNCTIONS");
  for (const name of omitted.filter((name) => !known.includes(name))) {
    warn(
      settings.failure("OMIT_FUNCTIONS", `${name} is no step of the boot`, `The steps: ${known.join(" ")}.`),
    );
  }
  return new Set(omitted);
}
