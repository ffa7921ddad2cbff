import type { Client } from "./facts.ts";
import { link, writeText } from "./files.ts";

/**
 * A systemd unit of ltsp's own, below /run, where it hides no unit of the root's and an administrative client can
 * have it too. `wantedBy` starts it: "sysinit.target".
 */
export function addUnit({ run }: Client, name: string, lines: readonly string[], wantedBy: string): void {
  const directory = `${run}/systemd/system`;
  writeText(`${directory}/${name}`, `${lines.join("\n")}\n`);
  link(`../${name}`, `${directory}/${wantedBy}.wants/${name}`);
}
