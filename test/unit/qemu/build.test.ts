import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newest } from "../../../qemu/build.ts";

it("sees a newer file however deep it is", () => {
  const dir = mkdtempSync(join(tmpdir(), "ltsp-build-"));
  mkdirSync(join(dir, "init/deep"), { recursive: true });
  writeFileSync(join(dir, "init/deep/a.ts"), "");
  const later = new Date("2040-01-01");
  utimesSync(join(dir, "init/deep/a.ts"), later, later);
  expect(newest([join(dir, "init"), join(dir, "missing")])).toBe(later.getTime());
});
