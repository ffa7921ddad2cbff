import type { Settings } from "../conf/settings.ts";

/** A hook of ltsp.conf, as a script for sh that knows the settings and the sections that hold code. */
export interface Hook {
  name: string;
  script: string;
}

/** The hooks whose names begin with a prefix (`PRE_INIT_`, `POST_INIT_`), in sorted order. */
export function hooks(settings: Settings, prefix: string): Hook[] {
  const preamble = settings.toShell();
  return settings.family(prefix).map(({ name, value }) => ({ name, script: `${preamble}\n${value}` }));
}
