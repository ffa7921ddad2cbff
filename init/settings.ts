import { existsSync, readFileSync } from "node:fs";
import type { Client, Lease } from "../client/facts.ts";
import { evaluate } from "../conf/evaluate.ts";
import { parseConf } from "../conf/parse.ts";
import { NEW_ROOT } from "./layout.ts";
import type { Found } from "./phase.ts";
import type { Report } from "./report.ts";

/** Where ltsp.img brings it. */
const CONF = "/etc/ltsp/ltsp.conf";

/** Phase 3: what ltsp.conf says for this MAC, address and hostname. */
export function settings(report: Report, lease: Lease, cmdline: ReadonlyMap<string, string>): Found<Client> {
  const text = existsSync(CONF) ? readFileSync(CONF, "utf8") : "";
  const settings = evaluate(parseConf(text, CONF), {
    side: "client",
    mac: lease.mac,
    ip: lease.address,
    prefixLength: lease.prefixLength,
    applet: "init",
    cmdline,
    server: lease.server,
    ...(lease.hostname !== undefined && { hostname: lease.hostname }),
  });
  if (settings.flag("DEBUG_LOG", false)) report.keepDebug();
  const { hostname, server } = settings;
  const warn: Client["warn"] = ({ message }) => report.say("warning", message);
  return {
    value: { root: NEW_ROOT, run: "/run", settings, lease, hostname, server, warn },
    summary: `this is ${hostname}${text === "" ? " (ltsp.img has no ltsp.conf)" : ""}`,
  };
}
