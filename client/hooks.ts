import type { Settings } from "../conf/settings.ts";

/** A hook of ltsp.conf, as a script for sh that knows the settings and the sections that hold code. */
export interface Hook {
  name: string;
  script: string;
}

/** The hooks whose names begin with a prefix (`PRE_INIT_`, `POST_INIT_`), in sorted order. */
export function hooks(settings: Settings, prefix: string): Hook[] {
  const all = settings.family(prefix);
  if (all.length === 0) return [];
  // -a: what the hook calls finds the settings in its environment.
  const preamble = `set -a\n${settings.toShell()}set +a`;
  return all.map(({ name, value }) => ({ name, script: `${preamble}\n${value}` }));
}
