import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type BuiltIn, builtIn } from "../../../client/built-in-services.ts";
import { services } from "../../../client/services.ts";
import { systemd } from "../../../client/systemd.ts";
import { fullName, isUnitName } from "../../../client/unit-file.ts";
import { updated } from "../../../client/updated.ts";
import { clientWith, fileOf, type TestClient } from "./client.ts";

const image = "usr/lib/systemd/system";
const wants = "etc/systemd/system/multi-user.target.wants";
const unit = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n";

/** A client whose image has these units, all of them enabled. */
function clientOfUnits(conf: string, names: readonly string[]): TestClient {
  const client = clientWith(conf, Object.fromEntries(names.map((name) => [`${image}/${name}`, unit])));
  mkdirSync(`${client.root}/${wants}`, { recursive: true });
  for (const name of names) symlinkSync(`/${image}/${name}`, `${client.root}/${wants}/${name}`);
  return client;
}

const enabled = ({ root }: TestClient) =>
  existsSync(`${root}/${wants}`) ? readdirSync(`${root}/${wants}`).sort() : [];

describe("the built-in lists", () => {
  const rows: BuiltIn[] = [...builtIn.system, ...builtIn.user];

  test("name units, each once", () => {
    for (const rows of Object.values(builtIn)) {
      const names = rows.flatMap(({ units }) => units.map(fullName));
      expect(names.filter((name) => !isUnitName(name))).toEqual([]);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test("give a reason for each", () => {
    for (const { why } of rows) expect(why).toMatch(/^[a-z].*[^.]$/);
  });
});

test("an image without any of it, without systemd even, is left as it is, without a word", () => {
  const client = clientWith("");
  services(client);
  expect(client.warnings).toEqual([]);
  expect(readdirSync(client.root)).toEqual([]);
});

test("cups is disabled, unless the client is to print by itself or as the image has it", () => {
  const left = (conf: string) => {
    const client = clientOfUnits(`[clients]\n${conf}`, ["cups.service", "cron.service"]);
    services(client);
    return enabled(client).includes("cups.service");
  };
  expect(left("")).toBe(false);
  expect(left("CUPS_SERVER=printserver")).toBe(false);
  expect(left("CUPS_SERVER=localhost.example")).toBe(false);
  expect(left("CUPS_SERVER=localhost")).toBe(true);
  expect(left("CUPS_SERVER=localhost:631")).toBe(true);
  expect(left("CUPS_SERVER=ignore")).toBe(true);
});

test("NFS's helpers are disabled, unless a line of fstab is an NFS mount", () => {
  const left = (fstab: string) => {
    const client = clientOfUnits(`[clients]\nFSTAB_A="${fstab}"`, ["rpcbind.service"]);
    services(client);
    return enabled(client);
  };
  expect(left("server:/home /home nfs4 defaults 0 0")).toEqual(["rpcbind.service"]);
  expect(left("tmpfs /nfs tmpfs defaults 0 0")).toEqual([]);
});

test("KEEP_ with one name of a row keeps the timer and its service", () => {
  const client = clientOfUnits("[clients]\nKEEP_SYSTEM_SERVICES=apt-daily", [
    "apt-daily.service",
    "apt-daily.timer",
    "ssh.service",
  ]);
  services(client);
  expect(enabled(client)).toEqual(["apt-daily.service", "apt-daily.timer"]);
  expect(existsSync(`${client.root}/etc/systemd/system/apt-daily.timer`)).toBe(false);
});

test("KEEP_ of a service whose timer alone is on the list keeps the timer", () => {
  const client = clientOfUnits("[clients]\nKEEP_SYSTEM_SERVICES=logrotate", [
    "logrotate.service",
    "logrotate.timer",
    "man-db.timer",
  ]);
  services(client);
  expect(enabled(client)).toEqual(["logrotate.service", "logrotate.timer"]);
});

test("KEEP_ wins over DISABLE_ and MASK_, and tells", () => {
  const conf =
    '[clients]\nDISABLE_SYSTEM_SERVICES="a b"\nMASK_SYSTEM_SERVICES=c\nKEEP_SYSTEM_SERVICES="a.service c"';
  const client = clientOfUnits(conf, ["a.service", "b.service", "c.service"]);
  services(client);
  expect(enabled(client)).toEqual(["a.service", "c.service"]);
  expect(client.warnings).toHaveLength(2);
  expect(client.warnings[1]).toMatch(/^ltsp\.conf:2:.*a\.service stays as the image has it/);
});

test("a name that is no unit's, or could lead out of the directory, is told of and left alone", () => {
  const client = clientOfUnits('[clients]\nMASK_SYSTEM_SERVICES="../../passwd x/y crno"', ["cron.service"]);
  services(client);
  expect(client.warnings).toHaveLength(3);
  expect(client.warnings[2]).toMatch(/no unit crno\.service\. Did you mean cron\.service\?$/);
  expect(existsSync(`${client.root}/etc/passwd.service`)).toBe(false);
  // As systemctl does: it may be a unit that only the running system makes.
  expect(readlinkSync(`${client.root}/etc/systemd/system/crno.service`)).toBe("/dev/null");
});

test("what a desktop starts at login is no unknown unit", () => {
  const client = clientWith("[clients]\nMASK_SESSION_SERVICES=Update-Notifier", {
    "etc/xdg/autostart/update-notifier.desktop": "",
  });
  services(client);
  expect(client.warnings).toEqual([]);
});

test("a unit that another enabled one wants is told of", () => {
  const client = clientWith("[clients]\nDISABLE_SYSTEM_SERVICES=a", {
    [`${image}/a.service`]: unit,
    [`${image}/c.service`]: `[Unit]\nWants=a.service\n${unit}`,
  });
  mkdirSync(`${client.root}/${wants}`, { recursive: true });
  symlinkSync(`/${image}/c.service`, `${client.root}/${wants}/c.service`);
  services(client);
  expect(client.warnings).toHaveLength(1);
  expect(client.warnings[0]).toContain(
    'a.service still starts, as c.service wants it. To keep it from starting: MASK_SYSTEM_SERVICES="a.service".',
  );
});

test("a unit that only the initramfs's or the rescue's targets want is disabled well enough", () => {
  const client = clientWith("[clients]\nDISABLE_SYSTEM_SERVICES=a", {
    [`${image}/a.service`]: unit,
    [`${image}/rescue.target.wants/a.service`]: "",
    [`${image}/initrd-root-fs.target.wants/a.service`]: "",
  });
  services(client);
  expect(client.warnings).toEqual([]);
});

test("JOURNAL_SIZE that is no size is told of, and the default holds", () => {
  const client = clientWith("[clients]\nJOURNAL_SIZE=lots");
  systemd(client);
  expect(client.warnings[0]).toContain('"lots" is no size');
  expect(fileOf(client, "run/systemd/journald.conf.d/zz-ltsp.conf")).toContain("RuntimeMaxUse=32M\n");
  expect(readlinkSync(`${client.run}/systemd/system-generators/systemd-gpt-auto-generator`)).toBe(
    "/dev/null",
  );
});

test("an image without a separate /var is said to be up to date in /etc alone", () => {
  const client = clientWith("", { "usr/bin/x": "", "etc/x": "" });
  updated(client);
  expect(fileOf(client, "etc/.updated")).toMatch(/\nTIMESTAMP_NSEC=\d+000000000\n$/);
  expect(existsSync(`${client.root}/var`)).toBe(false);
});

test("an NFS mount keeps what helps it, whichever line of a value it stands in", () => {
  const client = clientWith('[clients]\nFSTAB_A="tmpfs /a tmpfs\nserver:/home /home nfs"', {
    [`${image}/rpcbind.service`]: unit,
  });
  mkdirSync(`${client.root}/${wants}`, { recursive: true });
  symlinkSync(`/${image}/rpcbind.service`, `${client.root}/${wants}/rpcbind.service`);
  services(client);
  expect(readlinkSync(`${client.root}/${wants}/rpcbind.service`)).toBe(`/${image}/rpcbind.service`);
});
