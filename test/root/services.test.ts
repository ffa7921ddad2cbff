import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { builtIn } from "../../client/built-in-services.ts";
import { services } from "../../client/services.ts";
import { systemd } from "../../client/systemd.ts";
import { fullName } from "../../client/unit-file.ts";
import type { Scope } from "../../client/unit-tree.ts";
import { updated } from "../../client/updated.ts";
import { suites } from "../../qemu/roots.ts";
import { type DebianClient, debianClient } from "./root.ts";

/** What systemctl calls the state of a unit: enabled, disabled, masked, … */
const state = (client: DebianClient, unit: string, scope = "--system") =>
  client.exec("systemctl", scope, "is-enabled", unit).output;

/** Has the image a unit? systemctl masks others too. */
const has = (client: DebianClient, scope: Scope, unit: string) =>
  existsSync(`${client.root}/usr/lib/systemd/${scope}/${fullName(unit)}`);

describe.each(suites)("%s: services", (suite) => {
  test("by default the server's services and an installation's timers do not start, a client's do", () => {
    const client = debianClient(suite);
    expect(state(client, "dnsmasq")).toBe("enabled");
    services(client);
    for (const unit of [
      "dnsmasq",
      "ssh",
      "nfs-server",
      "rpcbind.socket",
      "nfs-client.target",
      "ModemManager",
    ])
      expect([unit, state(client, unit)]).toEqual([unit, "disabled"]);
    for (const unit of ["cups.socket", "cups.path", "man-db.timer", "logrotate.timer", "unattended-upgrades"])
      expect([unit, state(client, unit)]).toEqual([unit, "disabled"]);
    for (const unit of ["apt-daily.timer", "apt-daily", "rsyslog", "systemd-random-seed", "alsa-restore"])
      expect([unit, state(client, unit)]).toEqual([unit, "masked"]);
    for (const unit of ["NetworkManager", "cron", "accounts-daemon", "systemd-resolved"])
      expect([unit, state(client, unit)]).toEqual([unit, "enabled"]);
    if (suite === "bookworm") expect(state(client, "epoptes-client")).toBe("enabled");
    // Debian 12 has it as a SysV script only.
    if (suite === "bookworm") expect(client.ask("ls", "/etc/rc2.d")).toContain("K01nbd-server");
    else expect(state(client, "nbd-server")).toBe("disabled");
    expect(state(client, "pk-debconf-helper.socket", "--global")).toBe("disabled");
    expect(client.warnings).toEqual([]);
  });

  test("the built-in list leaves the symlinks that systemctl leaves when it disables and masks each of its units", () => {
    const [theirs, ours] = ["systemctl", "ltsp"].map((who) => {
      const client = debianClient(suite);
      if (who === "ltsp") services(client);
      else
        for (const scope of ["system", "user"] as const)
          for (const { units, how } of builtIn[scope])
            for (const unit of units)
              client.exec(
                ...["env", "SYSTEMCTL_SKIP_SYSV=1", "systemctl", scope === "user" ? "--global" : "--system"],
                ...["disable" === how || has(client, scope, unit) ? how : "is-enabled", unit],
              );
      return client.ask("find", "/etc/systemd", "-type", "l", "-printf", "%p -> %l\\n").split("\n").sort();
    });
    expect(ours).toEqual(theirs);
  });

  test("what the settings ask for stays as the image has it", () => {
    const conf = [
      "[clients]",
      "CUPS_SERVER=localhost",
      "SYSLOG_HOST=192.168.67.1",
      'FSTAB_HOME="server:/home /home nfs defaults 0 0"',
      'KEEP_SYSTEM_SERVICES="ssh apt-daily"',
      "KEEP_SESSION_SERVICES=pk-debconf-helper.socket",
    ];
    const client = debianClient(suite, conf.join("\n"));
    services(client);
    for (const unit of [
      "cups",
      "cups.socket",
      "rsyslog",
      "rpcbind",
      "nfs-client.target",
      "ssh",
      "apt-daily.timer",
    ])
      expect([unit, state(client, unit)]).toEqual([unit, "enabled"]);
    expect(state(client, "pk-debconf-helper.socket", "--global")).toBe("enabled");
    expect(state(client, "dnsmasq")).toBe("disabled");
    expect(client.warnings).toEqual([]);
  });

  test("DISABLE_ and MASK_ of the system's and the sessions' units", () => {
    const conf = [
      "[clients]",
      'DISABLE_SYSTEM_SERVICES="cron accounts-daemon.service"',
      'MASK_SYSTEM_SERVICES="NetworkManager"',
      "DISABLE_SESSION_SERVICES=snapd.session-agent.socket",
      "MASK_SESSION_SERVICES=dconf",
    ];
    const client = debianClient(suite, conf.join("\n"));
    client.ask("systemctl", "--global", "enable", "snapd.session-agent.socket");
    services(client);
    expect(state(client, "cron")).toBe("disabled");
    expect(state(client, "accounts-daemon")).toBe("disabled");
    expect(state(client, "NetworkManager")).toBe("masked");
    expect(state(client, "snapd.session-agent.socket", "--global")).toBe("disabled");
    expect(state(client, "dconf", "--global")).toBe("masked");
  });

  test("units that start in spite of DISABLE_, and units that are not there, are told of with their line", () => {
    const conf = [
      "[clients]",
      'DISABLE_SYSTEM_SERVICES="snapd systemd-logind NetworkManger polkit"',
      'MASK_SYSTEM_SERVICES="udev srv.mount"',
    ];
    const client = debianClient(suite, conf.join("\n"));
    client.ask("systemctl", "enable", "snapd.service", "snapd.socket");
    services(client);
    const told = client.warnings.join("\n");
    expect(told).toContain("ltsp.conf:2");
    expect(told).toContain("no unit NetworkManger.service. Did you mean NetworkManager.service?");
    expect(told).toContain("snapd.service still starts when snapd.socket asks for it");
    expect(told).toMatch(
      /systemd-logind\.service still starts, as multi-user\.target wants it.*MASK_SYSTEM_SERVICES=/,
    );
    expect(told).toContain("polkit.service cannot be disabled");
    expect(told).toMatch(/ltsp\.conf:3.*udev\.service is only another name of systemd-udevd\.service/);
    expect(client.warnings).toHaveLength(5);
    expect(state(client, "srv.mount")).toBe("masked");
  });

  test("systemd finds no fault in the units that are left", () => {
    const client = debianClient(suite);
    const faults = () => client.exec("systemd-analyze", "verify", "--man=no", "graphical.target").output;
    const before = faults();
    services(client);
    systemd(client);
    expect(faults()).toBe(before);
  });
});

describe.each(suites)("%s: systemd", (suite) => {
  test("the journal stays in RAM and within JOURNAL_SIZE; what does not stop is not waited for long", () => {
    const client = debianClient(suite, "[clients]\nJOURNAL_SIZE=8M");
    systemd(client);
    const config = (name: string) => client.ask("systemd-analyze", "cat-config", `systemd/${name}`);
    expect(config("journald.conf")).toMatch(/\nStorage=volatile\nRuntimeMaxUse=8M$/);
    expect(config("system.conf")).toMatch(/\nDefaultTimeoutStopSec=10s$/);
    expect(config("user.conf")).toMatch(/\nDefaultTimeoutStopSec=10s$/);
  });

  test("systemd does not think that the image needs updating", () => {
    const client = debianClient(suite);
    const needsUpdate = () =>
      ["/etc", "/var"].map(
        (path) => client.exec("systemd-analyze", "condition", `ConditionNeedsUpdate=${path}`).status,
      );
    expect(needsUpdate()).toEqual([0, 0]);
    updated(client);
    expect(needsUpdate()).toEqual([1, 1]);
  });
});
