import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Report } from "../../../init/report.ts";
import { settings } from "../../../init/settings.ts";
import { lease } from "../client/client.ts";

test("a HOSTNAME that is none is a warning with its line, and the client has the name of one without", () => {
  const conf = join(mkdtempSync(join(tmpdir(), "ltsp-settings-")), "ltsp.conf");
  writeFileSync(conf, '[clients]\nHOSTNAME="pc_1"\nHOSTS_ME="127.0.0.2 %{HOSTNAME}"\n');
  const warnings: string[] = [];
  const report: Report = { warnings, say: (_, message) => warnings.push(message), keepDebug() {} };
  const { value, summary } = settings(report, lease, new Map(), conf);
  expect(value.hostname).toBe("ltsp20");
  expect(value.settings.get("HOSTS_ME")).toBe("127.0.0.2 ltsp20");
  expect(value.settings.toShell()).toContain("HOSTNAME='ltsp20'");
  expect(summary).toBe("this is ltsp20");
  expect(warnings).toEqual([expect.stringMatching(/ltsp\.conf:2:1: "pc_1" is no hostname/)]);
});
