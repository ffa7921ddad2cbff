import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseCmdline } from "../../../conf/cmdline.ts";
import { type Failed, fallbackWarning, fellBack } from "../../../init/fell-back.ts";

const none = "/nonexistent/fallback.json";

test("what the boot before has left is what did not boot", () => {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-fallback-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const failed: Failed = { name: "lab", version: "v2", why: "root: x.img: it is damaged" };
  writeFileSync(join(directory, "fallback.json"), JSON.stringify(failed));
  expect(fellBack(new Map(), join(directory, "fallback.json"))).toEqual(failed);
});

test.each([
  ["lab/v2/modules.img", "v2"],
  ["lab/vmlinuz", undefined],
])("what the menu could not fetch, %s, is why", (missing, version) => {
  const why = `${missing} cannot be fetched from the server`;
  expect(fellBack(parseCmdline(`quiet ltsp.missing=${missing}`), none)).toEqual({
    name: "lab",
    version,
    why,
  });
});

test("a first try has fallen back from nothing", () => {
  expect(fellBack(parseCmdline("quiet"), none)).toBe(undefined);
});

test.each([
  [
    "v2",
    "v1",
    /^fallback: lab's version v2 does not boot: why\. This client runs the version v1 before it\./,
  ],
  [
    undefined,
    undefined,
    /^fallback: lab's current version does not boot: why\. .* runs the version before it\./,
  ],
])("the warning says which versions, why, and what to do (%s, %s)", (version, running, text) => {
  const warning = fallbackWarning({ name: "lab", version, why: "why" }, running);
  expect(warning).toMatch(text);
  expect(warning).toMatch(/On the server: ltsp image --check lab; or ltsp image --revert lab$/);
});
