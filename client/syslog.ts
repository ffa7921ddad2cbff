import { existsSync } from "node:fs";
import { BUSYBOX, keepBusybox } from "./busybox.ts";
import type { Client } from "./facts.ts";
import { link, writeText } from "./files.ts";
import { bracketed, readHostPort } from "./host-port.ts";
import { addUnit } from "./own-units.ts";
import { hasProgram } from "./programs.ts";

const PARAMETER = "SYSLOG_HOST";

interface Receiver {
  host: string;
  port: number;
}

/** SYSLOG_HOST: the client's log goes to that host too, over UDP: by rsyslog, or if the image has none, from journald. */
export function syslog(client: Client): void {
  const { root, settings, warn } = client;
  const asked = settings.get(PARAMETER)?.trim() ?? "";
  if (asked === "") return;
  const read = readHostPort(asked);
  if (read === undefined) {
    warn(
      settings.failure(PARAMETER, `"${asked}" is no host`, "Write for instance SYSLOG_HOST=192.168.67.1."),
    );
    return;
  }
  const receiver = { host: read.host, port: read.port ?? 514 };
  const rsyslog = hasProgram(client, "rsyslogd");
  if (!rsyslog && !existsSync(`${root}/bin/bash`)) {
    const remedy = "Install rsyslog in the image and make it anew.";
    warn(settings.failure(PARAMETER, "the image has neither rsyslog nor bash to send the log with", remedy));
    return;
  }
  // Debian 13's journald does not by itself. The last file in order counts.
  writeText(`${root}/etc/systemd/journald.conf.d/zz-ltsp-syslog.conf`, "[Journal]\nForwardToSyslog=yes\n");
  if (rsyslog) writeText(`${root}/etc/rsyslog.d/00-ltsp.conf`, rsyslogRule(receiver));
  else forwarder(client, receiver);
}

/**
 * Before all other rules, and the last one for the client's own messages: the files in /var/log would fill the RAM.
 * rsyslog complains of a `stop` without a condition.
 */
function rsyslogRule({ host, port }: Receiver): string {
  return `# Written by ltsp at boot: SYSLOG_HOST of ltsp.conf. On the client itself, journalctl shows the log.
if $fromhost-ip == "127.0.0.1" then {
  action(type="omfwd" target="${host}" port="${port}" protocol="udp" action.resumeRetryCount="-1")
  stop
}
`;
}

const DIRECTORY = "/run/ltsp/syslog";

/**
 * journald cannot send to a network, but passes what it gets on to a socket: busybox' syslogd reads it, klogd sends
 * the kernel's messages there, and bash, which writes to UDP, puts the client's name into each line (RFC 3164).
 * Both open /dev/log, which leads to /run/systemd/journal/dev-log, so the unit has a directory of its own there.
 */
function forwarder(client: Client, receiver: Receiver): void {
  const { run } = client;
  keepBusybox(client);
  writeText(`${run}/ltsp/syslog/forward`, script(receiver), 0o755);
  link(`${DIRECTORY}/dev-log`, `${run}/systemd/journal/syslog`);
  const unit = [
    "[Unit]",
    `Description=Sends the log to ${bracketed(receiver.host)}:${receiver.port} (SYSLOG_HOST)`,
    "DefaultDependencies=no",
    // There when journald passes on its first message, which waits for no more than the start of a process.
    "After=systemd-journald-dev-log.socket",
    "Before=systemd-journald.service shutdown.target",
    "Conflicts=shutdown.target",
    "",
    "[Service]",
    `ExecStart=/bin/bash ${DIRECTORY}/forward`,
    `BindPaths=${DIRECTORY}:/run/systemd/journal`,
    "StandardOutput=null",
    "StandardError=null",
    "Restart=always",
    "RestartSec=5",
  ];
  addUnit(client, "ltsp-syslog.service", unit, "sysinit.target");
}

/** In the order of their numbers in syslog(3). */
const facilities =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp 12 13 14 15 local0 local1 local2 local3 local4 local5 local6 local7";
const levels = "emerg alert crit err warn notice info debug";

/** syslogd writes lines `Nov  1 10:00:00 pc01 local0.err ident: text`; the wire wants `<131>` in front instead. */
function script({ host, port }: Receiver): string {
  return `#!/bin/bash
# Written by ltsp at boot: SYSLOG_HOST of ltsp.conf.
declare -A facility level
number=0; for name in ${facilities}; do facility[$name]=$((number++)); done
number=0; for name in ${levels}; do level[$name]=$((number++)); done
level[warning]=4 level[error]=3 level[panic]=0 facility[security]=4

send() {
  # The host's name may not be found before the resolver runs; until then the messages wait in the pipe.
  until { exec 3>/dev/udp/${host}/${port}; } 2>/dev/null; do ${BUSYBOX} sleep 2; done
  while IFS= read -r line; do
    rest=\${line:16}
    host=\${rest%% *} rest=\${rest#* }
    priority=\${rest%% *}
    number=$((\${facility[\${priority%.*}]:-1} * 8 + \${level[\${priority#*.}]:-5}))
    printf '<%d>%s %s %s' "$number" "\${line:0:15}" "$host" "\${rest#* }" >&3
  done
}

# Without this symlink syslogd would make a /dev/log for everybody.
until [ -L /dev/log ]; do ${BUSYBOX} sleep 0.1; done
rm -f ${DIRECTORY}/dev-log
{
  { until [ -S ${DIRECTORY}/dev-log ]; do ${BUSYBOX} sleep 0.1; done; exec ${BUSYBOX} klogd -n; } >/dev/null &
  exec ${BUSYBOX} syslogd -n -O -
} | send
`;
}
