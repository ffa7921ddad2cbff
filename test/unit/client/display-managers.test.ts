import { existsSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { displayManager } from "../../../client/display-manager.ts";
import { withEntries } from "../../../client/ini.ts";
import { clientWith, fileOf } from "./client.ts";

const passwd = { "etc/passwd": "anna:x:1000:1000::/home/anna:/bin/sh\nben:x:1001:1001::/home/ben:/bin/sh\n" };
const gdm = { ...passwd, "usr/sbin/gdm3": "" };
const sddm = { ...passwd, "usr/bin/sddm": "" };
const session = (exec: string) => `[Desktop Entry]\nExec=${exec}\n`;

function configured(settings: string, files: Record<string, string>, ...links: [string, string][]) {
  const client = clientWith(`[clients]\n${settings}\n`, files);
  for (const [target, file] of links) symlinkSync(target, `${client.root}/${file}`);
  displayManager(client);
  return client;
}

test("gdm3's settings go into the file that the image has, among what is there", () => {
  const own = "[daemon]\n# TimedLogin = user1\nWaylandEnable=true\n\n[security]\nDisallowTCP=true\n";
  const conf = "AUTOLOGIN=anna\nGDM3_CONF='WaylandEnable=false\n[debug]\nEnable=true'";
  const client = configured(conf, { ...gdm, "etc/gdm3/daemon.conf": own });
  expect(fileOf(client, "etc/gdm3/daemon.conf")).toBe(
    "[daemon]\n# TimedLogin = user1\nWaylandEnable=false\nAutomaticLoginEnable=true\nAutomaticLogin=anna\n" +
      "TimedLoginEnable=true\nTimedLogin=anna\nTimedLoginDelay=1\n\n" +
      "[security]\nDisallowTCP=true\n\n[debug]\nEnable=true\n",
  );
  expect(existsSync(`${client.root}/etc/gdm3/custom.conf`)).toBe(false);
});

test("RELOGIN=0: gdm3 shows its greeter after a logout, whatever the image says", () => {
  const own = "[daemon]\nTimedLoginEnable=true\nTimedLogin=ben\n";
  const client = configured("AUTOLOGIN=anna\nRELOGIN=0", { ...gdm, "etc/gdm3/custom.conf": own });
  expect(fileOf(client, "etc/gdm3/custom.conf")).toContain("TimedLoginEnable=false\n");
});

test("sddm starts the session that Debian's alternatives name", () => {
  const files = {
    ...sddm,
    "usr/share/xsessions/aaa.desktop": session("/usr/bin/aaa"),
    "usr/share/xsessions/lxqt.desktop": session("startlxqt"),
    "etc/alternatives/x": "",
  };
  const client = configured("AUTOLOGIN=anna", files, [
    "/usr/bin/startlxqt",
    "etc/alternatives/x-session-manager",
  ]);
  expect(fileOf(client, "etc/sddm.conf")).toBe(
    "[Autologin]\nUser=anna\nRelogin=true\nSession=lxqt.desktop\n",
  );
});

test.each([
  [
    "the one that the image's sddm starts",
    { "etc/sddm.conf.d/kde.conf": "[Autologin]\nSession=plasma\n" },
    "plasma",
  ],
  ["else the first", { "etc/sddm.conf": "[Autologin]\nSession=gone\n" }, "icewm"],
])("of several sessions: %s", (_, files, expected) => {
  const client = configured("AUTOLOGIN=ben\nRELOGIN=0", {
    ...sddm,
    "usr/share/xsessions/icewm.desktop": session("icewm"),
    "usr/share/xsessions/lightdm-xsession.desktop": session("default"),
    "usr/share/wayland-sessions/plasma.desktop": session("plasma"),
    ...files,
  });
  const text = fileOf(client, "etc/sddm.conf");
  expect(text).toContain(`Session=${expected}.desktop\n`);
  expect(text).toContain("Relogin=false\n");
});

test("an image without a session is a warning", () => {
  expect(configured("AUTOLOGIN=anna", sddm).warnings.join()).toContain("the image has no session");
});

test("LTSPDM_USERS adds to those whom the image's sddm hides", () => {
  const client = configured("LTSPDM_USERS=b.*", { ...sddm, "etc/sddm.conf": "[Users]\nHideUsers=oracle\n" });
  expect(fileOf(client, "etc/sddm.conf")).toBe("[Users]\nHideUsers=oracle,anna\n");
});

test("of a value that a file has twice, the one that counts is changed", () => {
  const text = "[a]\nx=1\nx = 2\n[b]\nx=1\n[a]\n";
  expect(withEntries(text, [{ group: "a", key: "x", value: "3" }])).toBe("[a]\nx=1\nx=3\n[b]\nx=1\n[a]\n");
});
