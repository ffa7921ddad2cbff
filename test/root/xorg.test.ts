import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { keyboard } from "../../client/keyboard.ts";
import { xorg } from "../../client/xorg.ts";
import { suites } from "../../qemu/roots.ts";
import { type DebianClient, debianClient } from "./root.ts";

/** What Xorg says of its configuration before it looks for a screen, which this machine has not. */
function xorgLog(client: DebianClient): string {
  client.exec("timeout", "30", "Xorg", ":97", "-novtswitch", "-sharevts", "-logfile", "/tmp/xorg.log");
  return readFileSync(`${client.root}/tmp/xorg.log`, "utf8");
}

/** How Xorg begins what it has against a configuration file. */
const mistake = /parse error|problem (parsing|when)|data incomplete|undefined/i;

const all = `[clients]
X_DRIVER=fbdev
X_HORIZSYNC="28.0-87.0"
X_VERTREFRESH="43.0-87.0"
X_MODELINE='"1000x600_60" 49.00 1000 1048 1152 1304 600 603 613 624 -hsync +vsync'
X_PREFERREDMODE=1024x768
X_MODES='"1024x768" "800x600"'
X_VIRTUAL="1280 1024"
`;

describe.each(suites)("%s", (suite) => {
  test("Xorg reads the generated xorg.conf, and takes the driver it names", () => {
    const client = debianClient(suite, all);
    xorg(client);
    const log = xorgLog(client);
    expect(client.warnings).toEqual([]);
    expect(log).toContain('Using config file: "/etc/X11/xorg.conf"');
    expect(log).toMatch(
      /\(\*\*\) \|-->Screen "ltsp" \(0\)\n.*\(\*\*\) \| {3}\|-->Monitor "ltsp"\n.*\(\*\*\) \| {3}\|-->Device "ltsp"/,
    );
    expect(log).toContain('LoadModule: "fbdev"');
    expect(log).not.toContain("as autoconfigured driver");
    expect(log).not.toMatch(mistake);
  });

  test("each X_ parameter alone is enough for Xorg", () => {
    for (const line of all.split("\n").filter((line) => line.startsWith("X_"))) {
      const client = debianClient(suite, `[clients]\n${line}`);
      xorg(client);
      const log = xorgLog(client);
      expect(log, line).toMatch(/\(\*\*\) \| {3}\|-->Device "ltsp"/);
      expect(log, line).toContain("no screens found");
      expect(log, line).not.toMatch(mistake);
    }
  });

  test("Xorg says so when a line of xorg.conf is wrong: X_CONF is taken as it is", () => {
    const client = debianClient(suite, "[clients]\nX_CONF=/etc/ltsp/xorg.conf");
    mkdirSync(`${client.root}/etc/ltsp`);
    writeFileSync(`${client.root}/etc/ltsp/xorg.conf`, 'Section "Monitor"\n\tHorizSync wrong\nEndSection\n');
    xorg(client);
    expect(xorgLog(client)).toMatch(/Parse error on line 2 of section Monitor/);
  });

  test("XKB parameters: Xorg takes the file, and the console gets the layout", () => {
    const conf =
      "[clients]\nXKBLAYOUT=de,us\nXKBVARIANT=nodeadkeys,\nXKBOPTIONS=grp:alt_shift_toggle\nXKBMODEL=pc104";
    const client = debianClient(suite, conf);
    keyboard(client);
    expect(client.warnings).toEqual([]);
    expect(xorgLog(client)).toContain('Using config directory: "/etc/X11/xorg.conf.d"');
    const values = '. /etc/default/keyboard; echo "$XKBMODEL $XKBLAYOUT $XKBVARIANT $XKBOPTIONS"';
    expect(client.ask("sh", "-c", values)).toBe("pc104 de,us nodeadkeys, grp:alt_shift_toggle");
    // The key beside T: Z in German.
    client.ask("setupcon", "-k", "--save-only");
    const keymap = client.ask("sh", "-c", "zcat /etc/console-setup/cached_UTF-8_*.kmap.gz");
    expect(keymap).toMatch(/^keycode 21 = \+U\+007a /m);
  });

  test("a keyboard that ltsp.conf sets is not undone by what console-setup had cached", () => {
    const client = debianClient(suite, "[clients]\nXKBLAYOUT=de");
    keyboard(client);
    const { output } = client.exec("sh", "-c", "ls /etc/console-setup/cached_*");
    expect(output).not.toMatch(/kmap|setup_keyboard/);
    expect(output).toContain("cached_setup_terminal.sh");
    // console-setup.sh asks this before it makes everything anew, while the greeter waits.
    const test = "[ /etc/console-setup/cached_setup_terminal.sh -nt /etc/default/keyboard ]";
    const before = debianClient(suite).exec("sh", "-c", test).status;
    expect(client.exec("sh", "-c", test).status).toBe(before);
    expect(client.exec("systemd-analyze", "verify", "keyboard-setup.service").output).not.toContain(
      "keyboard-setup",
    );
  });
});
