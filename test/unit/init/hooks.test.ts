import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hooks } from "../../../client/hooks.ts";
import { runAll } from "../../../init/hooks.ts";
import { clientWith } from "../client/client.ts";

/** Runs all POST_INIT_x of an ltsp.conf; what was said, and the warnings. */
function run(conf: string, limit?: number) {
  const client = clientWith(conf);
  const top = mkdtempSync(join(tmpdir(), "ltsp-hooks-"));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const said: string[] = [];
  const say = (level: string, message: string) => said.push(`${level}: ${message}`);
  const options = { directory: join(top, "hooks"), ...(limit !== undefined && { limit }) };
  runAll({ say }, client, hooks(client.settings, "POST_INIT_"), ["setsid", "sh"], options);
  return { said, warnings: client.warnings };
}

/** The line that says how long a hook took. */
const ended = (name: string) =>
  expect.stringMatching(new RegExp(`^notice: configure: ${name}: ended \\(\\d+\\.\\d\\d s\\)$`));

test("what hooks write is in the boot's log by their names, and a failing one is a warning with its line", () => {
  const { said, warnings } = run("[clients]\nPOST_INIT_A='echo one; echo two >&2'\nPOST_INIT_B='exit 4'\n");
  expect(said).toEqual([
    "notice: configure: POST_INIT_A: one",
    "notice: configure: POST_INIT_A: two",
    ended("POST_INIT_A"),
    ended("POST_INIT_B"),
  ]);
  expect(warnings).toEqual([
    "ltsp.conf:3:1: POST_INIT_B: its shell code ended with status 4. What it wrote is in /run/ltsp/boot.log.",
  ]);
});

test("the log says how long each hook took", () => {
  const { said } = run("[clients]\nPOST_INIT_A='sleep 0.3'\nPOST_INIT_B=true\n");
  const [slow, quick] = said.map((line) => Number(/ended \((\d+\.\d\d) s\)$/.exec(line)?.[1]));
  expect(slow).toBeGreaterThan(0.2);
  expect(quick).toBeLessThan(slow ?? 0);
});

test("what a hook leaves in the background keeps nobody waiting", () => {
  const { said, warnings } = run("[clients]\nPOST_INIT_A='sleep 60 & echo left'\n", 30);
  expect(said).toEqual(["notice: configure: POST_INIT_A: left", ended("POST_INIT_A")]);
  expect(warnings).toEqual([]);
});

test("a hook that never ends is stopped with all that it started, and the others run", () => {
  const { said, warnings } = run(
    `
[clients]
POST_INIT_A='echo first'
POST_INIT_B='echo $$; sleep 600; echo on'
POST_INIT_C='echo last'
`,
    1,
  );
  expect(said).toEqual([
    "notice: configure: POST_INIT_A: first",
    ended("POST_INIT_A"),
    expect.stringMatching(/^notice: configure: POST_INIT_B: \d+$/),
    "notice: configure: POST_INIT_C: last",
    ended("POST_INIT_C"),
  ]);
  expect(warnings).toEqual([
    expect.stringMatching(/^ltsp\.conf:4:1: POST_INIT_B: .*stopped, as it had not ended after 1 seconds\./),
  ]);
  const group = said[2]?.split(" ").at(-1);
  const states = execFileSync("ps", ["-e", "-o", "pgid=,stat="], { encoding: "utf8" });
  const left = states.split("\n").filter((line) => line.trim().split(/\s+/)[0] === group);
  // The kernel has ended them, whoever is to notice that.
  expect(left.filter((line) => !/[ZX]/.test(line))).toEqual([]);
});
