import { existsSync, readFileSync } from "node:fs";
import type { Client, Lease } from "../client/facts.ts";
import { isOn } from "../client/flag.ts";
import { evaluate } from "../conf/evaluate.ts";
import { Failure } from "../conf/failure.ts";
import { parseConf } from "../conf/parse.ts";
import type { Settings } from "../conf/settings.ts";
import { NEW_ROOT } from "./layout.ts";
import type { Found } from "./phase.ts";
import type { Report } from "./report.ts";

/** Where ltsp.img brings it. */
const CONF = "/etc/ltsp/ltsp.conf";

/** Phase 3: what ltsp.conf says for this MAC, address and hostname. */
export function settings(
  report: Report,
  lease: Lease,
  cmdline: ReadonlyMap<string, string>,
  conf = CONF,
): Found<Client> {
  const text = existsSync(conf) ? readFileSync(conf, "utf8") : "";
  const given = evaluate(parseConf(text, conf), {
    side: "client",
    mac: lease.mac,
    ip: lease.address,
    prefixLength: lease.prefixLength,
    applet: "init",
    cmdline,
    server: lease.server,
    ...(lease.hostname !== undefined && { hostname: lease.hostname }),
  });
  // A phase that is tried again says the same again.
  const warn: Client["warn"] = ({ message }) => {
    if (!report.warnings.includes(message)) report.say("warning", message);
  };
  const settings = withHostname(given, warn);
  const { hostname, server } = settings;
  const client = { root: NEW_ROOT, run: "/run", settings, lease, hostname, server, warn };
  if (isOn(client, "DEBUG_LOG")) report.keepDebug();
  return {
    value: client,
    summary: `this is ${hostname}${text === "" ? " (ltsp.img has no ltsp.conf)" : ""}`,
  };
}

/** The settings, without a HOSTNAME that is none: the client gets the name of one that has no HOSTNAME. */
function withHostname(settings: Settings, warn: Client["warn"]): Settings {
  try {
    void settings.hostname;
    return settings;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(error);
    return settings.without("HOSTNAME");
  }
}
