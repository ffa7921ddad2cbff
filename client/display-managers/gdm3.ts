import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Entry } from "../ini.ts";
import {
  confEntries,
  type DisplayManager,
  hideAccounts,
  type LoginScreen,
  setInFile,
} from "./login-screen.ts";

/** Where Ubuntu's, Debian's and Fedora's gdm look. */
const files = ["/etc/gdm3/custom.conf", "/etc/gdm3/daemon.conf", "/etc/gdm/custom.conf"];

/** GNOME's. */
export const gdm3: DisplayManager = {
  names: ["gdm3", "gdm"],
  programs: ["/usr/sbin/gdm3", "/usr/sbin/gdm"],
  parameters: ["GDM3_CONF"],
  configure(client, screen) {
    const entries = [...autologin(screen), ...confEntries(client, "GDM3_CONF", "daemon")];
    const there = files.filter((file) => existsSync(`${client.root}${file}`));
    const possible = files.filter((file) => existsSync(`${client.root}${dirname(file)}`));
    for (const file of there.length > 0 ? there : possible) setInFile(client, file, entries);
    if (screen.hidden !== undefined) hideAccounts(client, screen.hidden);
  },
};

/** The automatic login is for gdm3's start; the timed one is what its greeter does, if nobody touches it. */
function autologin({ autologin, relogin }: LoginScreen): Entry[] {
  if (autologin === undefined) return [];
  const values = {
    AutomaticLoginEnable: "true",
    AutomaticLogin: autologin,
    TimedLoginEnable: String(relogin),
    ...(relogin ? { TimedLogin: autologin, TimedLoginDelay: "1" } : {}),
  };
  return Object.entries(values).map(([key, value]) => ({ group: "daemon", key, value }));
}
