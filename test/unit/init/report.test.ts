import { mkdirSync, mkdtempSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kernelLog } from "../../../init/report.ts";

test("the kernel's log and boot.log get every line: from before there is a /run, and from after it has moved", () => {
  const top = mkdtempSync(join(tmpdir(), "ltsp-report-"));
  const [dev, run] = [join(top, "dev"), join(top, "run")];
  mkdirSync(dev);
  writeFileSync(join(dev, "kmsg"), "");
  const report = kernelLog(join(dev, "kmsg"), { boot: join(run, "boot.log"), debug: join(run, "debug.log") });
  report.say("notice", "devices: found");
  mkdirSync(run);
  report.say("warning", "root: waiting\nand more");
  renameSync(dev, join(top, "dev-moved"));
  renameSync(run, join(top, "run-moved"));
  report.say("error", "handoff: done");

  expect(readFileSync(join(top, "dev-moved/kmsg"), "utf8")).toBe(
    "<5>ltsp: devices: found\n<3>ltsp: root: waiting\n<3>ltsp: and more\n<3>ltsp: handoff: done\n",
  );
  const log = join(top, "run-moved/boot.log");
  expect(readFileSync(log, "utf8")).toBe("devices: found\nroot: waiting\nand more\nhandoff: done\n");
  expect(statSync(log).mode & 0o777).toBe(0o600);
});
