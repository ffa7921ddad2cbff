import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Client } from "../../../qemu/client.ts";
import type { Room } from "../room.ts";
import type { DesktopCheck } from "./check.ts";

/** Debian 12's rsyslog sends the log, Debian 13 is made one that has journald alone. */
const conf = `
SYSLOG_HOST=192.168.67.1:5140
PRE_INIT_NO_RSYSLOG='case $(. /etc/os-release; echo $VERSION_ID) in 13) rm -f /usr/sbin/rsyslogd /etc/systemd/system/*.wants/rsyslog.service /etc/systemd/system/syslog.service ;; esac'
`;

/** What programs of the desktop expect of a client that cannot sleep, and whose log goes to the server. */
export const servicesOfTheDesktop: DesktopCheck = {
  conf,
  async check(client, suite, room) {
    await cannotSleep(client);
    await logArrives(client, room);
    if (suite === "bookworm") {
      // The server has no epoptes, so there is no certificate.
      const epoptes = await client.ask("systemctl show -P ConditionResult -P ActiveState epoptes-client");
      expect(epoptes.split("\n").sort()).toEqual(["inactive", "no"]);
    } else {
      expect(await client.ask("systemctl is-active ltsp-syslog")).toBe("active");
    }
  },
};

/** logind says so to desktops, which hide their menu entries then; and polkit refuses a user outright (status 1). */
async function cannotSleep(client: Client): Promise<void> {
  const logind = "org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager";
  for (const method of ["CanSuspend", "CanHibernate"])
    expect(await client.ask(`busctl call ${logind} ${method}`)).toMatch(/^s "n[ao]"$/);
  expect(await client.ask(`busctl get-property ${logind} HandleLidSwitch`)).toBe('s "ignore"');
  const { status } = await client.run(
    "runuser -u pupil01 -- sh -c 'pkcheck --action-id org.freedesktop.login1.suspend --process $$'",
  );
  expect(status).toBe(1);
}

/** A UDP socket of the server; it says "ready" and then what it gets, until its input ends. */
const listener = `
  const socket = require("node:dgram").createSocket("udp4");
  socket.on("message", (message) => console.log(String(message)));
  socket.bind(5140, () => console.log("ready"));
  process.stdin.on("end", () => socket.close()).resume();
`;

async function logArrives(client: Client, room: Room): Promise<void> {
  const server = room.lan.namespace.spawn([process.execPath, "-e", listener], ["pipe", "pipe", "inherit"]);
  let log = "";
  server.stdout?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  if (server.stdout) await once(server.stdout, "data");
  const hostname = await client.ask("hostname");
  // 131: local0.err, as in RFC 3164. UDP may lose one.
  const line = new RegExp(`<131>\\w+ .\\d \\d\\d:\\d\\d:\\d\\d ${hostname} lesson: hello`);
  for (let tries = 0; tries < 30 && !line.test(log); tries++) {
    await client.ask("logger -p local0.err -t lesson hello");
    await sleep(1000);
  }
  const ended = once(server, "close");
  server.stdin?.end();
  await ended;
  expect(log).toMatch(line);
}
