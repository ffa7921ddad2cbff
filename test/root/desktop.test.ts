import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { epoptes } from "../../client/epoptes.ts";
import { hosts } from "../../client/hostname.ts";
import { polkit, power } from "../../client/power.ts";
import { printers } from "../../client/printers.ts";
import { syslog } from "../../client/syslog.ts";
import { quietUpdaters } from "../../client/updaters.ts";
import { suites } from "../../qemu/roots.ts";
import { type DebianClient, debianClient } from "./root.ts";

/** Puts a file into the client's root. */
function put({ root }: DebianClient, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Runs sh code in the root, on a network of its own with nothing but a loopback. */
function inLoopback(client: DebianClient, script: string): string {
  const loopback = "/usr/sbin/ip link set lo up";
  return client.ask("unshare", "--net", "sh", "-c", `${loopback} && ${script}`);
}

/** sh code: waits at most 20 s for a command to succeed. */
const until = (what: string) => `for i in $(seq 200); do ${what} && break; sleep 0.1; done`;

describe.each(suites)("%s", (suite) => {
  test("CUPS_SERVER: CUPS' programs ask that server, by default the one that the client boots from", () => {
    const byDefault = debianClient(suite);
    printers(byDefault);
    expect(byDefault.ask("lpstat", "-H")).toBe("192.168.67.1:631");
    const other = debianClient(suite, "[clients]\nCUPS_SERVER=[fd00::9]:8631/version=1.1");
    printers(other);
    expect(other.ask("lpstat", "-H")).toBe("[fd00::9]:8631");
    const own = debianClient(suite, "[clients]\nCUPS_SERVER=localhost");
    put(own, "etc/cups/client.conf", "ServerName template\n");
    printers(own);
    expect(own.ask("lpstat", "-H")).toMatch(/^(localhost:631|\/run\/cups\/cups\.sock)$/);
  });

  test("systemd reads that the client cannot suspend or hibernate, and that a closed lid does nothing", () => {
    const client = debianClient(suite);
    put(client, "etc/systemd/logind.conf.d/image.conf", "[Login]\nHandleLidSwitch=suspend\n");
    power(client);
    polkit(client);
    expect(client.ask("systemd-analyze", "cat-config", "systemd/sleep.conf")).toMatch(/^AllowSuspend=no$/m);
    const login = client.ask("systemd-analyze", "cat-config", "systemd/logind.conf");
    expect(login.match(/^HandleLidSwitch=.*$/gm)?.at(-1)).toBe("HandleLidSwitch=ignore");
    expect(
      client.ask("runuser", "-u", "polkitd", "--", "cat", "/etc/polkit-1/rules.d/00-ltsp.rules"),
    ).toContain("polkit.Result.NO");
  });

  test("systemd starts no desktop updater with a session, but what else is to start there", () => {
    const client = debianClient(suite, "[clients]\nKEEP_SESSION_SERVICES=mintreport");
    for (const name of ["update-notifier", "mintreport", "print-applet"])
      put(
        client,
        `etc/xdg/autostart/${name}.desktop`,
        `[Desktop Entry]\nType=Application\nName=x\nExec=/bin/true\n`,
      );
    quietUpdaters(client);
    mkdirSync(join(client.root, "made"));
    client.ask(
      "env",
      "XDG_CONFIG_HOME=/none",
      "/usr/lib/systemd/user-generators/systemd-xdg-autostart-generator",
      ...["/made", "/made", "/made"],
    );
    const units = client.ask("ls", "/made");
    expect(units).not.toContain("notifier");
    expect(units).toContain("app-mintreport@autostart.service");
    expect(units).toMatch(/app-print\S*applet@autostart\.service/);
  });

  test("snapd, as the image's first start has left it, holds its refreshes", () => {
    const client = debianClient(suite);
    // snapd asks the desktop's name of systemd-hostnamed, which does not run here; and waits for the store to end.
    const started = (ask: string) =>
      inLoopback(
        client,
        `{ /usr/lib/snapd/snapd >/tmp/snapd.log 2>&1 & }; ${until("test -S /run/snapd.socket")}; ${ask}; kill -9 $(pidof snapd)`,
      );
    started(until("grep -q seeded.:true /var/lib/snapd/state.json 2>/dev/null"));
    quietUpdaters(client);
    const hold = started("snap get system refresh.hold 2>/dev/null");
    if (suite === "bookworm") expect(Date.parse(hold) - Date.now()).toBeGreaterThan(89 * 24 * 3600 * 1000);
    else expect(hold).toBe("forever");
  });

  test("SYSLOG_HOST: rsyslog sends the client's log there, and fills no files in RAM with it", () => {
    const client = debianClient(suite, "[clients]\nSYSLOG_HOST=localhost:5514");
    syslog(client);
    withServer(client);
    expect(client.ask("rsyslogd", "-N1")).toContain("End of config validation run. Bye.");
    const log = inLoopback(
      client,
      received("rsyslogd -i NONE && until test -S /dev/log; do sleep 0.1; done"),
    );
    expect(log).toMatch(new RegExp(`^local0.err\\|${hostname()}\\|lesson:\\| hello$`, "m"));
    expect(existsSync(join(client.root, "var/log/syslog"))).toBe(false);
  });

  test("SYSLOG_HOST without rsyslog: what journald gets is sent there with the client's name", () => {
    const client = debianClient(suite, "[clients]\nSYSLOG_HOST=localhost:5514");
    withServer(client);
    for (const path of ["usr/sbin/rsyslogd", "etc/systemd/system/syslog.service"])
      client.ask("rm", "-f", `/${path}`);
    syslog(client);
    put(client, "run/log/journal/README", "for journald to find");
    const unit = "/run/systemd/system/ltsp-syslog.service";
    expect(client.ask("systemd-analyze", "verify", "--man=no", unit)).toBe("");
    const forward =
      `ln -s /run/systemd/journal/dev-log /dev/log; /usr/lib/systemd/systemd-journald & ` +
      `unshare --mount sh -c "mount --bind ${boundBy(client, unit)} && exec $(sed -n s/^ExecStart=//p ${unit})" & ` +
      until("test -S /run/ltsp/syslog/dev-log -a -S /run/systemd/journal/dev-log");
    const log = inLoopback(client, received(forward, "klogd started"));
    expect(log).toMatch(new RegExp(`^local0.err\\|${hostname()}\\|lesson:\\| hello$`, "m"));
    expect(log).toMatch(new RegExp(`^kern.notice\\|${hostname()}\\|kernel:\\| klogd started`, "m"));
  });
});

/** A syslog server, which is rsyslog too: it writes down how it reads each message. */
const server = `
module(load="imudp") input(type="imudp" address="127.0.0.1" port="5514")
template(name="read" type="string" string="%pri-text%|%hostname%|%syslogtag%|%msg%\\n")
*.* action(type="omfile" file="/tmp/got" template="read")
`;

function withServer(client: DebianClient): void {
  client.ask("cp", "/usr/sbin/rsyslogd", "/tmp/server");
  put(client, "tmp/server.conf", server);
  put(client, "etc/hosts", "127.0.0.1 localhost\n");
}

/** sh code: what a syslog server gets of a message, once it is there. `start` starts the client's log. */
function received(start: string, ...arriving: string[]): string {
  const dev = "mount -t tmpfs dev /dev && mknod -m 666 /dev/null c 1 3 && mknod -m 600 /dev/kmsg c 1 11";
  const all = ["hello", ...arriving].map((text) => `grep -qs '${text}' /tmp/got`).join(" && ");
  const lines = `logger -p local0.err -t lesson hello; ${all}`;
  return `${dev} && /tmp/server -i NONE -f /tmp/server.conf && ${start}; ${until(lines)}; cat /tmp/got`;
}

/** The two directories of the unit's BindPaths=, as mount wants them. */
function boundBy(client: DebianClient, unit: string): string {
  return client.ask("sed", "-n", "s/^BindPaths=//p", unit).replace(":", " ");
}

test("epoptes-client connects to the console of SERVER, whose certificate ltsp initrd has packed", () => {
  const client = debianClient("bookworm", "[clients]\nSERVER=127.0.0.1");
  mkdirSync(join(client.root, "etc/ltsp/server"), { recursive: true });
  // As epoptes makes it on a server.
  const [key, certificate] = ["/root/server.key", "/etc/ltsp/server/epoptes.crt"];
  const days = ["-days", "3650", "-subj", "/CN=srv"];
  client.ask("openssl", "req", "-batch", "-x509", "-nodes", ...days, "-keyout", key, "-out", certificate);
  hosts(client);
  epoptes(client);
  const consoleCommand = `openssl s_server -quiet -accept 789 -cert ${certificate} -key ${key}`;
  const script = `
    mkfifo /tmp/typed; ${consoleCommand} </tmp/typed >/tmp/heard & exec 3>/tmp/typed
    ${until("grep -q ':0315 ' /proc/net/tcp /proc/net/tcp6")}
    epoptes-client >/dev/null 2>&1 &
    echo 'echo "I am a $TYPE client of $SERVER"' >&3; ${until("grep -q client /tmp/heard")}; cat /tmp/heard`;
  expect(inLoopback(client, script)).toBe("I am a fat client of server");
});
