import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { hooks } from "../../../client/hooks.ts";
import { clientWith } from "./client.ts";

test("hooks run in sorted order, and know the settings and the sections that hold code", () => {
  const conf = [
    "[clients]",
    "HOSTNAME=pc01",
    'GREETING="it\'s $HOSTNAME"',
    'POST_INIT_B="section_greet"',
    "POST_INIT_A='echo \"first on $HOSTNAME\"'",
    "[greet]",
    'echo "$GREETING"',
    "",
  ].join("\n");
  const { settings } = clientWith(conf);
  const all = hooks(settings, "POST_INIT_");
  expect(all.map(({ name }) => name)).toEqual(["POST_INIT_A", "POST_INIT_B"]);
  const run = (script = "") => execFileSync("sh", ["-c", script], { encoding: "utf8" });
  expect(run(all[0]?.script)).toBe("first on pc01\n");
  expect(run(all[1]?.script)).toBe("it's pc01\n");
});
