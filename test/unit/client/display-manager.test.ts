import { existsSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { displayManager } from "../../../client/display-manager.ts";
import { clientWith, fileOf } from "./client.ts";

const passwd = `root:x:0:0::/root:/bin/bash
sddm:x:990:990::/var/lib/sddm:/bin/false
teacher:x:1000:1000::/home/teacher:/bin/bash
guest01:x:1001:1001::/home/guest01:/bin/bash
guest02:x:1002:1002::/home/guest02:/bin/bash
nobody:x:65534:65534::/:/usr/sbin/nologin
`;
const image = { "etc/passwd": passwd, "usr/sbin/lightdm": "" };
const lightdmConf = "etc/lightdm/lightdm.conf";

/** The client pc01 with lightdm, and what else a test wants. */
function pc01(settings: string, files: Record<string, string> = {}) {
  const client = clientWith(`[clients]\nHOSTNAME=pc01\n${settings}\n`, { ...image, ...files });
  displayManager(client);
  return client;
}

test.each([
  ["AUTOLOGIN=teacher", "teacher"],
  ["AUTOLOGIN=pc/guest", "guest01"],
  ['AUTOLOGIN="lab/teacher pc/guest .*/teacher"', "guest01"],
  ["AUTOLOGIN='.*\\([0-9][0-9]\\)/guest\\1'", "guest01"],
  ["AUTOLOGIN='pc(.*)/guest\\1'", "guest01"],
  ["AUTOLOGIN='^pc01$/guest02'", "guest02"],
  ["AUTOLOGIN=guest%{HOSTNAME#pc}", "guest01"],
])("%s logs in %s on pc01", (setting, user) => {
  const client = pc01(setting);
  expect(fileOf(client, lightdmConf)).toContain(`\nautologin-user=${user}\n`);
  expect(client.warnings).toEqual([]);
});

test("& stands for what matched, and \\& for itself", () => {
  const users = `${passwd}pc01-user:x:1003:1003::/home/x:/bin/sh\na&b01:x:1004:1004::/home/y:/bin/sh\n`;
  const matched = pc01("AUTOLOGIN='.*/&-user'", { "etc/passwd": users });
  expect(fileOf(matched, lightdmConf)).toContain("autologin-user=pc01-user\n");
  const itself = pc01("AUTOLOGIN='pc/a\\&b'", { "etc/passwd": users });
  expect(fileOf(itself, lightdmConf)).toContain("autologin-user=a&b01\n");
});

test("a client whose name no regex matches logs nobody in, and that is as it should be", () => {
  const client = pc01("AUTOLOGIN=lab/guest");
  expect(client.warnings).toEqual([]);
  expect(existsSync(`${client.root}/${lightdmConf}`)).toBe(false);
});

test("an unknown user is a warning on its line, and the image's own autologin stays", () => {
  const client = pc01("AUTOLOGIN=pc/pupil", { [lightdmConf]: "[Seat:*]\nautologin-user=guest02\n" });
  expect(client.warnings.join()).toMatch(/^ltsp\.conf:3:\d+: the image has no user pupil01; nobody/);
  expect(fileOf(client, lightdmConf)).toContain("autologin-user=guest02\n");
});

test("a user whom only the server has cannot log in here yet, which the warning says", () => {
  const server = { "etc/ltsp/server/passwd": "anna:x:2000:2000::/home/anna:/bin/bash\n" };
  expect(pc01("AUTOLOGIN=anna", server).warnings.join()).toContain("no user anna, although the server has");
});

test.each([
  ["AUTOLOGIN=root", "no display manager logs root in"],
  ["AUTOLOGIN='a b'", "as several need"],
  ["LTSPDM_USERS='(guest'", "its ( is never closed"],
  ["GDM3_CONF=WaylandEnable=false", "the image has no gdm3"],
  ["SLICK_CONF=draw-grid=false", "the image has no slick-greeter"],
  ["LIGHTDM_CONF=/etc/ltsp/none.conf", "the client has no file /etc/ltsp/none.conf"],
  ["LIGHTDM_CONF=hide", '"hide" is neither a line NAME=VALUE nor a [header]'],
  ["AUTOLOGIN=teacher\nRELOGIN=perhaps", "RELOGIN is 0 or 1"],
])("%s is a warning", (setting, warning) => {
  expect(pc01(setting).warnings.join()).toContain(warning);
});

test("an image without a display manager, or with another, cannot log in by itself", () => {
  const conf = "[clients]\nAUTOLOGIN=teacher\n";
  const none = clientWith(conf, { "etc/passwd": passwd });
  displayManager(none);
  expect(none.warnings.join()).toContain("the image has no display manager. Install lightdm, gdm3 or sddm");
  const other = clientWith(conf, {
    "etc/passwd": passwd,
    "etc/X11/default-display-manager": "/usr/bin/xdm\n",
  });
  displayManager(other);
  expect(other.warnings.join()).toContain("xdm is the image's display manager, which ltsp does not know");
});

test("without any of its settings nothing of the image is touched", () => {
  const own = "[Seat:*]\nautologin-user=guest02\n";
  expect(fileOf(pc01("RELOGIN=0", { [lightdmConf]: own }), lightdmConf)).toBe(own);
});

test("AUTOLOGIN wins over the template machine's, in all its sections", () => {
  const own =
    "# ours\n[Seat:*]\nautologin-user=guest02\nuser-session=mate\n\n[Seat:seat0]\nautologin-user=guest02\n";
  const text = fileOf(pc01("AUTOLOGIN=teacher", { [lightdmConf]: own }), lightdmConf);
  expect(text).toMatch(/^# ours\n\[Seat:\*\]\nautologin-user=teacher\nuser-session=mate\n/);
  expect(text).toMatch(/\[Seat:seat0\]\nautologin-user=teacher\n/);
  expect(text).not.toContain("guest02");
});

test("what *_CONF says counts more than what is made of AUTOLOGIN", () => {
  const conf = "AUTOLOGIN=teacher\nLIGHTDM_CONF='autologin-user-timeout=9\n[LightDM]\nlog-directory=/tmp'";
  const text = fileOf(pc01(conf), lightdmConf);
  expect(text).toMatch(
    /^\[Seat:\*\]\nautologin-guest=false\nautologin-user=teacher\nautologin-user-timeout=9\n/,
  );
  expect(text).toMatch(/\n\[LightDM\]\nlog-directory=\/tmp\n$/);
});

test("a file named by *_CONF is the client's, and a symlink in it does not lead out of the root", () => {
  const client = clientWith("[clients]\nLIGHTDM_CONF=/etc/ltsp/lightdm.conf\n", {
    ...image,
    "srv/real.conf": "user-session=xfce\n",
    "etc/ltsp/x": "",
  });
  symlinkSync("/srv/real.conf", `${client.root}/etc/ltsp/lightdm.conf`);
  displayManager(client);
  expect(fileOf(client, lightdmConf)).toBe("[Seat:*]\nuser-session=xfce\n");
});

test("LTSPDM_USERS: the others are hidden, but for the one who is logged in by AUTOLOGIN", () => {
  const client = pc01("AUTOLOGIN=teacher\nLTSPDM_USERS='guest0?1'", { "usr/libexec/accounts-daemon": "" });
  expect(fileOf(client, "etc/lightdm/users.conf")).toBe(
    "[UserList]\nhidden-users=nobody nobody4 noaccess guest02\n",
  );
  expect(fileOf(client, "var/lib/AccountsService/users/guest02")).toBe("[User]\nSystemAccount=true\n");
  expect(existsSync(`${client.root}/var/lib/AccountsService/users/teacher`)).toBe(false);
});

test("RELOGIN: lightdm's greeter is one that logs in at once, unless LIGHTDM_CONF names another", () => {
  const perl = { "usr/bin/perl": "" };
  const again = pc01("AUTOLOGIN=teacher", perl);
  expect(fileOf(again, lightdmConf)).toContain("greeter-session=ltsp-autologin\n");
  expect(fileOf(again, "usr/share/xgreeters/ltsp-autologin.desktop")).toMatch(
    /^Exec=\/usr\/lib\/ltsp\/\S+ teacher$/m,
  );
  const named = pc01("AUTOLOGIN=teacher\nLIGHTDM_CONF=greeter-session=kiosk", perl);
  expect(fileOf(named, lightdmConf)).toContain("greeter-session=kiosk\n");
  const once = pc01("AUTOLOGIN=teacher\nRELOGIN=0", perl);
  expect(fileOf(once, lightdmConf)).not.toContain("greeter-session");
});
