import { existsSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { crontab } from "../../../client/crontab.ts";
import { clientWith, fileOf, type TestClient } from "./client.ts";

const image = {
  "usr/sbin/cron": "",
  "etc/passwd": "root:x:0:0::/root:/bin/sh\nteacher:x:1000:1000::/:/bin/sh\n",
};

function linesOf(client: TestClient): string[] {
  crontab(client);
  return fileOf(client, "etc/cron.d/ltsp").split("\n").slice(1);
}

test("CRONTAB_x lines are in a file that cron reads: of root, not writable by others, with a newline at its end", () => {
  const client = clientWith(
    "CRONTAB_B='@reboot teacher date'\nCRONTAB_A='30 15 * * * root poweroff\n# and\nPATH=/bin\n'",
    image,
  );
  expect(linesOf(client)).toEqual([
    "30 15 * * * root poweroff",
    "# and",
    "PATH=/bin",
    "@reboot teacher date",
    "",
  ]);
  expect(statSync(`${client.root}/etc/cron.d/ltsp`).mode & 0o7777).toBe(0o644);
  expect(client.warnings).toEqual([]);
});

test.each([
  ["15:30 root poweroff", '"15:30" is no minute'],
  ["30 15 * * * poweroff now", 'the client has no user "poweroff"'],
  ["@daily nobody date", 'the client has no user "nobody"'],
])("%s, for which cron would refuse the whole file, is a warning on its line: %s", (line, fault) => {
  const client = clientWith(
    `CRONTAB_A='0 1 * * * root true\n${line}'\nCRONTAB_B='0 2 * * * root true'`,
    image,
  );
  expect(linesOf(client)).toEqual(["0 1 * * * root true", "0 2 * * * root true", ""]);
  expect(client.warnings).toHaveLength(1);
  expect(client.warnings[0]).toMatch(/^ltsp\.conf:1:/);
  expect(client.warnings[0]).toContain(`left out: ${fault}`);
});

test("users of a directory service are taken on trust", () => {
  const client = clientWith("CRONTAB_A='0 1 * * * anna true'", {
    ...image,
    "etc/nsswitch.conf": "passwd: files sss\n",
  });
  expect(linesOf(client)).toEqual(["0 1 * * * anna true", ""]);
});

test("an image without cron is a warning that names the package; without CRONTAB_x it is none", () => {
  const client = clientWith("CRONTAB_A='0 1 * * * root true'");
  crontab(client);
  expect(client.warnings[0]).toContain(
    "the image has no cron to run it. Install it in the image: apt install cron",
  );
  expect(existsSync(`${client.root}/etc/cron.d/ltsp`)).toBe(false);
  const without = clientWith("");
  crontab(without);
  expect(without.warnings).toEqual([]);
});
