import { existsSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { polkit, power } from "../../../client/power.ts";
import { clientWith, fileOf } from "./client.ts";

const RULES = "etc/polkit-1/rules.d/00-ltsp.rules";
const PKLA = "etc/polkit-1/localauthority/90-mandatory.d/ltsp.pkla";

/** What polkit's JavaScript says to an action: its rule gets it, in the environment that polkit(8) describes. */
function answer(script: string, id: string): string | undefined {
  const asked: ((action: { id: string }) => string | undefined)[] = [];
  const rules = { addRule: (rule: (typeof asked)[0]) => asked.push(rule), Result: { NO: "no" } };
  runInNewContext(script, { polkit: rules });
  return asked[0]?.({ id });
}

test("polkit says no to suspend and hibernate, and nothing of the rest", () => {
  const client = clientWith("", { "usr/share/polkit-1/rules.d/50-default.rules": "" });
  polkit(client);
  const script = fileOf(client, RULES);
  for (const action of ["suspend", "suspend-ignore-inhibit", "hibernate", "hibernate-multiple-sessions"])
    expect(answer(script, `org.freedesktop.login1.${action}`), action).toBe("no");
  for (const action of ["power-off", "reboot"])
    expect(answer(script, `org.freedesktop.login1.${action}`), action).toBe(undefined);
  expect(existsSync(`${client.root}/${PKLA}`)).toBe(false);
});

test("the older polkit of Ubuntu 22.04 is told in its own form", () => {
  const client = clientWith("", { "etc/polkit-1/localauthority/50-local.d/x": "" });
  polkit(client);
  expect(fileOf(client, PKLA)).toMatch(/^\[.*\]\nIdentity=unix-user:\*\nAction=.*login1\.suspend\*.*\n/);
  expect(existsSync(`${client.root}/${RULES}`)).toBe(false);
});

test("an image without polkit gets no files for it", () => {
  const client = clientWith("");
  power(client);
  polkit(client);
  expect(existsSync(`${client.root}/etc`)).toBe(false);
  expect(fileOf(client, "run/systemd/logind.conf.d/zz-ltsp.conf")).toContain("HandleLidSwitch=ignore\n");
});
