import { evaluate, type Subject } from "../conf/evaluate.ts";
import { type Settings, shellAssignment } from "../conf/settings.ts";
import { readSyntax } from "./conf.ts";
import type { Report } from "./options.ts";

/** `ltsp conf show`: the parameters in effect, as lines that ltsp.conf and sh read back to the same values. */
export function confShow(path: string, subject: Subject): Report {
  const values = effective(evaluate(readSyntax(path), subject), subject);
  return {
    lines: [...values].map(([name, value]) => shellAssignment(name, value)),
    data: Object.fromEntries(values),
  };
}

/**
 * All parameters of a machine, in the order in which they were first set. A client has a HOSTNAME and a SERVER in
 * any case, as far as what they are made of is known.
 */
export function effective(settings: Settings, subject: Subject): Map<string, string> {
  const values = new Map(settings.entries());
  const hostname = settings.wantedHostname;
  if (subject.side === "client" && !values.get("HOSTNAME") && !hostname.includes("%{"))
    values.set("HOSTNAME", hostname);
  if (subject.side === "client" && settings.server !== undefined) values.set("SERVER", settings.server);
  return values;
}
