import type { Client } from "../facts.ts";
import { type Entry, iniGroups, iniValue } from "../ini.ts";
import { textInRoot } from "../text-or-file.ts";
import {
  confEntries,
  type DisplayManager,
  hideAccounts,
  type LoginScreen,
  setInFile,
} from "./login-screen.ts";
import { greeterForAutologin } from "./relogin.ts";

const allSeats = "Seat:*";
/** lightdm reads it after all lightdm.conf.d directories, so what it says counts. */
const mainFile = "/etc/lightdm/lightdm.conf";
const usersFile = "/etc/lightdm/users.conf";

/** lightdm, whichever greeter it shows. */
export const lightdm: DisplayManager = {
  names: ["lightdm"],
  programs: ["/usr/sbin/lightdm", "/usr/bin/lightdm"],
  parameters: ["LIGHTDM_CONF", "SLICK_CONF"],
  configure(client, screen) {
    setInFile(client, mainFile, [
      ...autologin(client, screen),
      ...(screen.hidden === undefined ? [] : listUsers(client, screen.hidden)),
      ...confEntries(client, "LIGHTDM_CONF", allSeats),
    ]);
    setInFile(client, "/etc/lightdm/slick-greeter.conf", confEntries(client, "SLICK_CONF", "Greeter"));
  },
};

function autologin(client: Client, { autologin, relogin }: LoginScreen): Entry[] {
  if (autologin === undefined) return [];
  // What [Seat:seat0] says counts more than [Seat:*]; [SeatDefaults] is its old name.
  const others = iniGroups(textInRoot(client, mainFile)).filter((group) =>
    /^Seat(?::(?!\*$)|Defaults$)/.test(group),
  );
  return [allSeats, ...others].flatMap((group) => [
    { group, key: "autologin-guest", value: "false" },
    { group, key: "autologin-user", value: autologin },
    // 0: at lightdm's start, without a greeter, and then never again. Else it is for the greeter to do.
    { group, key: "autologin-user-timeout", value: relogin ? "1" : "0" },
    ...(relogin ? greeterForAutologin(client, group, autologin) : []),
  ]);
}

/** Hides users from the list. Debian's lightdm shows no list at all unless it is told to. */
function listUsers(client: Client, hidden: readonly string[]): Entry[] {
  const known = iniValue(textInRoot(client, usersFile), "UserList", "hidden-users");
  // lightdm's own default, as in its users.conf.
  const users = [...(known ?? "nobody nobody4 noaccess").split(/\s+/), ...hidden];
  const value = [...new Set(users)].join(" ");
  setInFile(client, usersFile, [{ group: "UserList", key: "hidden-users", value }]);
  hideAccounts(client, hidden);
  return [
    { group: allSeats, key: "greeter-hide-users", value: "false" },
    { group: allSeats, key: "greeter-show-manual-login", value: "true" },
  ];
}
