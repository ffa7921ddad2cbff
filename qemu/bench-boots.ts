import { Client } from "./client.ts";
import { type LanFiles, openLan, startServers } from "./lan.ts";
import { type Boot, phaseOf, watchBoot } from "./milestones.ts";

export interface BenchBoot extends Boot {
  /** /proc/meminfo's MemAvailable once somebody has logged in. */
  memoryAvailableMb: number;
  /** What each phase of `ltsp init` took, in seconds; of ours only. */
  phases: Record<string, number>;
}

/** Boot one client off these files, ask it a few things, pull its plug. */
export async function benchBoot(files: LanFiles): Promise<BenchBoot> {
  for (;;) {
    const boot = await bootOnce(files);
    if (boot !== undefined) return boot;
  }
}

/** Undefined: the client was started twice, so its figures are nobody's. */
async function bootOnce(files: LanFiles): Promise<BenchBoot | undefined> {
  const lan = await openLan(files);
  try {
    await startServers(lan);
    const client = await Client.powerOn(lan, { mac: "52:54:00:67:00:01" });
    const boot = await watchBoot(client, 400);
    await client.login();
    const available = await client.ask("grep MemAvailable: /proc/meminfo");
    const lines = client.console.lines.map((line) => line.text);
    await client.kill();
    if (client.restarts > 0) return undefined;
    return { ...boot, memoryAvailableMb: kilobytes(available) / 1024, phases: phaseTimes(lines) };
  } finally {
    await lan.close();
  }
}

const kilobytes = (meminfo: string): number => Number(/(\d+) kB/.exec(meminfo)?.[1]);

/** Seconds by phase, from the console's `ltsp: <phase>: … (0.31 s)` lines. */
export function phaseTimes(lines: readonly string[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (const line of lines) {
    const phase = phaseOf(line);
    const seconds = /\((\d+(?:\.\d+)?) s\)$/.exec(phase?.message ?? "")?.[1];
    if (phase !== undefined && seconds !== undefined) times[phase.phase] = Number(seconds);
  }
  return times;
}
