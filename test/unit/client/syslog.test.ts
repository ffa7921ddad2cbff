import { existsSync, readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { syslog } from "../../../client/syslog.ts";
import { clientWith, fileOf } from "./client.ts";

const rsyslog = { "usr/sbin/rsyslogd": "" };
const RULE = "etc/rsyslog.d/00-ltsp.conf";

test.each([
  ["logs.school.example", 'target="logs.school.example" port="514" protocol="udp"'],
  ["192.168.67.1:5514", 'target="192.168.67.1" port="5514" protocol="udp"'],
  ["fd00::1", 'target="fd00::1" port="514"'],
  ["[fd00::1]:5514", 'target="fd00::1" port="5514"'],
])("SYSLOG_HOST=%s: rsyslog sends there", (host, rule) => {
  const client = clientWith(`[clients]\nSYSLOG_HOST=${host}`, rsyslog);
  syslog(client);
  expect(fileOf(client, RULE)).toContain(rule);
  expect(existsSync(`${client.run}/systemd/system/ltsp-syslog.service`)).toBe(false);
});

test("without rsyslog a unit forwards what journald passes on", () => {
  const client = clientWith("[clients]\nSYSLOG_HOST=[fd00::1]:5514", { "bin/bash": "" });
  syslog(client);
  expect(existsSync(`${client.root}/${RULE}`)).toBe(false);
  expect(fileOf(client, "run/ltsp/syslog/forward")).toContain("/dev/udp/fd00::1/5514");
  expect(readlinkSync(`${client.run}/systemd/system/sysinit.target.wants/ltsp-syslog.service`)).toBe(
    "../ltsp-syslog.service",
  );
});

test("without SYSLOG_HOST nothing is written", () => {
  const client = clientWith("", rsyslog);
  syslog(client);
  expect(existsSync(`${client.root}/etc`)).toBe(false);
});

test.each([
  ["an image that can send nothing", "logs", {}, /neither rsyslog nor bash/],
  ["what is no host", 'x" y', rsyslog, /is no host/],
])("%s is a warning with its line", (_, host, files, why) => {
  const client = clientWith(`[clients]\nSYSLOG_HOST='${host}'`, files as Record<string, string>);
  syslog(client);
  expect(client.warnings.join()).toMatch(why);
  expect(client.warnings.join()).toContain("ltsp.conf:2:");
  expect(existsSync(`${client.root}/etc`)).toBe(false);
});
