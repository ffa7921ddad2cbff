import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hookScript, hooks, isTrace } from "../../../client/hooks.ts";
import { clientWith } from "./client.ts";

/** Runs all POST_INIT_x of an ltsp.conf with sh: the names in their order, and what stands in a hook's file. */
function ran(conf: string, trace = false, sh = "sh") {
  const { settings } = clientWith(conf);
  const directory = mkdtempSync(join(tmpdir(), "ltsp-hooks-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const all = hooks(settings, "POST_INIT_");
  const { status } = spawnSync(sh, ["-c", hookScript(settings, all, directory, trace)], { stdio: "ignore" });
  const read = (name: string) => readFileSync(join(directory, name), "utf8");
  return { names: all.map(({ name }) => name), status, read };
}

test("hooks run in sorted order, and know the settings and the sections that hold code", () => {
  const { names, read } = ran(`
[clients]
HOSTNAME=pc01
GREETING="it's $HOSTNAME"
POST_INIT_B="section_greet"
POST_INIT_A='echo "first on $HOSTNAME"'
[greet]
sh -c 'echo "$GREETING"'
`);
  expect(names).toEqual(["POST_INIT_A", "POST_INIT_B"]);
  expect(read("POST_INIT_A")).toBe("first on pc01\n");
  expect(read("POST_INIT_B")).toBe("it's pc01\n");
});

test("each hook has its own status and variables; exit, or code that is no sh, ends that hook alone", () => {
  const { status, read } = ran(`
[clients]
COLOUR=blue
POST_INIT_1='COLOUR=red; cd /tmp; exit 3'
POST_INIT_2='if fi'
POST_INIT_3='nosuchcommand'
POST_INIT_4='echo "$COLOUR"; grep -c . # a comment at the end'
POST_INIT_5='echo complaint >&2'
`);
  expect(status).toBe(0);
  const ended = read("status").trimEnd().split("\n");
  expect(ended.map((line) => line.replace(/ \d+\.\d+$/, " when"))).toEqual(
    ["3", "2", "127", "1", "0"].map((status) => `${status} when`),
  );
  expect(read("POST_INIT_4")).toBe("blue\n0\n");
  expect(read("POST_INIT_5")).toBe("complaint\n");
});

test.each(["dash", "bash"])(
  "with DEBUG_LOG, %s traces each command, told apart from what the hook wrote",
  (sh) => {
    const { read } = ran(`[clients]\nPOST_INIT_1='echo "+ $(echo inner)"'`, true, sh);
    const lines = read("POST_INIT_1").trimEnd().split("\n");
    expect(lines.filter((line) => !isTrace(line))).toEqual(["+ inner"]);
    expect(lines.filter(isTrace).some((line) => line.endsWith("echo inner"))).toBe(true);
  },
);
