import { expect } from "vitest";
import type { Client } from "../../../qemu/client.ts";
import type { DesktopCheck } from "./check.ts";

/** The number of the display that lightdm has started for a seat; either may be the first. */
async function displayOf(client: Client, seat: string): Promise<number> {
  const server = `pgrep --list-full Xorg | grep -o ' :[0-9]* -seat ${seat} '`;
  const [, number] = /:(\d+)/.exec(await client.ask(`until ${server}; do sleep 2; done`, 180)) ?? [];
  return Number(number);
}

/** Runs a program on a display, once it is there. */
const onDisplay = (client: Client, display: number, program: string) => {
  const here = `DISPLAY=:${display} XAUTHORITY=/var/run/lightdm/root/:${display}`;
  return client.ask(`timeout 170 sh -c 'until ${here} ${program} 2>/dev/null; do sleep 2; done'`, 180);
};

/**
 * Screens, seats, languages and keyboards. The PC needs a second graphics card and USB devices on ports 1 to 3:
 * `-device bochs-display -device qemu-xhci,id=usb -device usb-kbd,bus=usb.0,port=1
 * -device usb-mouse,bus=usb.0,port=2 -device usb-kbd,bus=usb.0,port=3`.
 */
export const screens: DesktopCheck = {
  conf: `
X_DRIVER=modesetting
X_HORIZSYNC="28.0-87.0"
X_VERTREFRESH="43.0-87.0"
X_MODELINE='"1000x600_60" 49.00 1000 1048 1152 1304 600 603 613 624 -hsync +vsync'
X_MODES='"800x600" "1024x768"'
X_PREFERREDMODE=1024x768
X_VIRTUAL="1280 1024"
MULTISEAT=1
LANG=en_GB.UTF-8
LANGUAGE=en_GB:en
XKBLAYOUT=de,us
XKBVARIANT=nodeadkeys,
XKBOPTIONS=grp:alt_shift_toggle
XKBMODEL=pc104
`,
  async check(client) {
    const display = await displayOf(client, "seat0");
    await screen(client, display);
    await keyboard(client, display);
    await language(client);
    await seats(client);
  },
};

async function screen(client: Client, display: number): Promise<void> {
  const xrandr = await onDisplay(client, display, "xrandr");
  expect(xrandr).toMatch(/current 1024 x 768/);
  expect(xrandr).toMatch(/^ +1000x600_60 /m);
  const log = await client.ask(`cat /var/log/Xorg.${display}.log`);
  expect(log).toContain('Using config file: "/etc/X11/xorg.conf"');
  expect(log).toContain('LoadModule: "modesetting"');
  expect(log).toContain("using monitor section ltsp");
}

async function keyboard(client: Client, display: number): Promise<void> {
  // The keyboards come a moment after the display.
  await onDisplay(client, display, "setxkbmap -query | grep -q pc104");
  const query = await onDisplay(client, display, "setxkbmap -query");
  expect(query).toMatch(/^model: +pc104$/m);
  expect(query).toMatch(/^layout: +de,us$/m);
  expect(query).toMatch(/^variant: +nodeadkeys,$/m);
  expect(query).toMatch(/^options: +grp:alt_shift_toggle$/m);
  expect(await client.ask("localectl")).toMatch(/X11 Layout: de,us\s/);
  // The key beside T on the text consoles, which get their keymap while X has the screen.
  expect(await client.ask("dumpkeys -C /dev/tty1")).toMatch(/^keycode +21 = \+?z /m);
  // Nobody waits for the keymap but the text consoles.
  expect(await client.ask("systemctl show -P FragmentPath keyboard-setup")).toBe(
    "/run/systemd/system/keyboard-setup.service",
  );
}

async function language(client: Client): Promise<void> {
  expect(await client.ask("localectl")).toContain("LANG=en_GB.UTF-8");
  expect(await client.ask("su --login teacher -c locale")).toMatch(/^LANGUAGE=en_GB:en$/m);
}

/** The second card and port 2 are the second seat's, where lightdm shows a greeter of its own. */
async function seats(client: Client): Promise<void> {
  const second = await client.ask("loginctl --no-pager seat-status seat-1");
  expect(second).toMatch(/\[MASTER\] drm:card\d/);
  expect(second).toMatch(/usb:\d+-2\b/);
  expect(second).toContain("Mouse");
  expect(second).not.toMatch(/usb:\d+-[13]\b/);
  const first = await client.ask("loginctl --no-pager seat-status seat0");
  expect(first).toMatch(/\[MASTER\] drm:card\d/);
  expect(first).toMatch(/usb:\d+-1\b/);
  expect(first).toMatch(/usb:\d+-3\b/);
  expect(first).not.toMatch(/usb:\d+-2\b/);
  expect(await onDisplay(client, await displayOf(client, "seat-1"), "xrandr")).toMatch(/ connected /);
  expect(await client.ask("pgrep --list-full Xorg")).toContain("-seat seat-1");
}
