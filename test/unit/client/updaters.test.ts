import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { quietUpdaters } from "../../../client/updaters.ts";
import { clientWith, fileOf } from "./client.ts";

const autostart = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [`etc/xdg/autostart/${name}.desktop`, "[Desktop Entry]\nExec=x\n"]));
const STATE = "var/lib/snapd/state.json";
const snapd = (version: string, data: object) => ({
  "usr/lib/snapd/info": `VERSION=${version}\nSNAPD_APPARMOR_REEXEC=1\n`,
  [STATE]: JSON.stringify({ data, changes: { "1": { kind: "seed" } } }),
});

test("updaters of desktops do not start with a session; what else the image starts there does", () => {
  const client = clientWith("", autostart("update-notifier", "mintWelcome", "nm-applet"));
  quietUpdaters(client);
  for (const name of ["update-notifier", "mintWelcome"])
    expect(fileOf(client, `etc/xdg/autostart/${name}.desktop`), name).toMatch(/^Hidden=true$/m);
  expect(fileOf(client, "etc/xdg/autostart/nm-applet.desktop")).not.toContain("Hidden");
  expect(existsSync(`${client.root}/etc/xdg/autostart/mintupdate.desktop`)).toBe(false);
});

test.each(["mintupdate", "mintupdate.desktop", "app-mintupdate@autostart.service"])(
  "KEEP_SESSION_SERVICES=%s brings one back",
  (name) => {
    const client = clientWith(
      `[clients]\nKEEP_SESSION_SERVICES="at-spi-dbus-bus ${name}"`,
      autostart("mintupdate", "mintreport"),
    );
    quietUpdaters(client);
    expect(fileOf(client, "etc/xdg/autostart/mintupdate.desktop")).not.toContain("Hidden");
    expect(fileOf(client, "etc/xdg/autostart/mintreport.desktop")).toContain("Hidden=true");
  },
);

test.each(["DISABLE", "MASK"])("%s_SESSION_SERVICES hides what it names", (how) => {
  const client = clientWith(`[clients]\n${how}_SESSION_SERVICES="blueman"`, autostart("blueman"));
  quietUpdaters(client);
  expect(fileOf(client, "etc/xdg/autostart/blueman.desktop")).toContain("Hidden=true");
});

test("snaps are held for ever, and all else of snapd's state stays", () => {
  const client = clientWith("", snapd("2.63", { seeded: true, config: { core: { proxy: { http: "p" } } } }));
  quietUpdaters(client);
  expect(JSON.parse(fileOf(client, STATE))).toEqual({
    data: { seeded: true, config: { core: { proxy: { http: "p" }, refresh: { hold: "forever" } } } },
    changes: { "1": { kind: "seed" } },
  });
});

test("an older snapd holds for a term that starts anew at every boot", () => {
  const client = clientWith("", snapd("2.57.6", { "last-refresh": "2020-01-01T00:00:00Z" }));
  quietUpdaters(client);
  const { data } = JSON.parse(fileOf(client, STATE));
  const [hold, last] = [Date.parse(data.config.core.refresh.hold), Date.parse(data["last-refresh"])];
  expect((hold - last) / (24 * 3600 * 1000)).toBeCloseTo(90, 2);
  expect(last).toBeGreaterThan(Date.parse("2020-01-02"));
});

test.each(["", "{", "[]", "null"])("a state %j that snapd did not write stays as it is", (text) => {
  const client = clientWith("", { [STATE]: text });
  quietUpdaters(client);
  expect(fileOf(client, STATE)).toBe(text);
});
