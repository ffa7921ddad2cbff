import { existsSync, rmSync } from "node:fs";
import { crontabFault } from "../conf/values/lines.ts";
import type { Client } from "./facts.ts";
import { readText, writeText } from "./files.ts";
import { hasProgram } from "./programs.ts";

const header = "# Written by ltsp at boot: the CRONTAB_x lines of ltsp.conf.";

/** /etc/cron.d/ltsp: the CRONTAB_x lines. cron refuses a whole file for one line, so what it would refuse stays out. */
export function crontab(client: Client): void {
  const file = `${client.root}/etc/cron.d/ltsp`;
  rmSync(file, { force: true });
  const all = client.settings.family("CRONTAB_");
  if (all.length === 0) return;
  if (!hasCron(client)) {
    const why = "the image has no cron to run it";
    for (const { name } of all)
      client.warn(client.settings.failure(name, why, "Install it in the image: apt install cron"));
    return;
  }
  const isUser = knownUsers(client);
  const lines = all.flatMap(({ name, value }) =>
    value.split("\n").filter((text) => {
      const line = text.trim();
      const fault = crontabFault(line) ?? userFault(line, isUser);
      if (fault === undefined) return line !== "";
      const remedy = "A line is: minute, hour, day, month, weekday (or @reboot …), user, command.";
      client.warn(client.settings.failure(name, `its line is left out: ${fault}`, remedy));
      return false;
    }),
  );
  writeText(file, `${[header, ...lines.map((line) => line.trim())].join("\n")}\n`);
}

/** cron, cronie's crond, or systemd-cron. */
function hasCron(client: Client): boolean {
  const generator = "usr/lib/systemd/system-generators/systemd-crontab-generator";
  return (
    hasProgram(client, "cron") || hasProgram(client, "crond") || existsSync(`${client.root}/${generator}`)
  );
}

/** A line's user, who stands behind five times or one @word. */
const userOf = /^(?:@\S+|(?:\S+\s+){4}\S+)\s+(\S+)/;

function userFault(line: string, isUser: (name: string) => boolean): string | undefined {
  if (line === "" || line.startsWith("#") || /^\w+\s*=/.test(line)) return undefined;
  const user = userOf.exec(line)?.[1] ?? "";
  return isUser(user) ? undefined : `the client has no user "${user}"`;
}

/** Users that a directory service knows cannot be asked for yet: then every name may be one. */
function knownUsers({ root }: Client): (name: string) => boolean {
  if (/^passwd:.*\b(ldap|sss|winbind|nis|compat)\b/m.test(readText(`${root}/etc/nsswitch.conf`)))
    return () => true;
  const names = new Set(readText(`${root}/etc/passwd`).match(/^[^:\n]+(?=:)/gm));
  return (name) => names.has(name);
}
