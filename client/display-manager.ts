import { basename } from "node:path";
import { readRegex } from "../conf/values/regex.ts";
import { autologinUser, imageUsers, type User } from "./autologin.ts";
import { gdm3 } from "./display-managers/gdm3.ts";
import { lightdm } from "./display-managers/lightdm.ts";
import { type DisplayManager, has, type LoginScreen } from "./display-managers/login-screen.ts";
import { sddm } from "./display-managers/sddm.ts";
import type { Client } from "./facts.ts";
import { linkTarget } from "./files.ts";
import { isOn } from "./flag.ts";
import { textInRoot } from "./text-or-file.ts";

const managers: readonly DisplayManager[] = [lightdm, gdm3, sddm];

/** The parameters that hold a program's configuration, and where that program is. */
const configurations = {
  LIGHTDM_CONF: { name: "lightdm", programs: lightdm.programs },
  SLICK_CONF: { name: "slick-greeter", programs: ["/usr/share/xgreeters/slick-greeter.desktop"] },
  GDM3_CONF: { name: "gdm3", programs: gdm3.programs },
  SDDM_CONF: { name: "sddm", programs: sddm.programs },
};

/** The login screen: who is logged in by AUTOLOGIN, whom it lists, and what its own configuration says beside. */
export function displayManager(client: Client): void {
  const isSet = (name: string) => (client.settings.get(name)?.trim() ?? "") !== "";
  const own = Object.keys(configurations).filter(isSet);
  if (own.length === 0 && !isSet("AUTOLOGIN") && !isSet("LTSPDM_USERS")) return;
  const users = isSet("AUTOLOGIN") || isSet("LTSPDM_USERS") ? imageUsers(client) : [];
  const autologin = autologinUser(client, users);
  const hidden = hiddenUsers(client, users, autologin);
  const screen: LoginScreen = { autologin, relogin: isOn(client, "RELOGIN", true), hidden };
  const used = autologin === undefined && hidden === undefined ? [] : usedManagers(client);
  const named = managers.filter((manager) => manager.parameters.some(isSet) && has(client, manager.programs));
  for (const manager of new Set([...used, ...named])) manager.configure(client, screen);
  warnOfMissing(client, own);
}

/** What of *_CONF cannot be done, as the image has not the program for it. */
function warnOfMissing(client: Client, parameters: readonly string[]): void {
  for (const [parameter, { name, programs }] of Object.entries(configurations)) {
    if (!parameters.includes(parameter) || has(client, programs)) continue;
    const remedy = `Take the line out, or install ${name} in the image.`;
    client.warn(client.settings.failure(parameter, `the image has no ${name}`, remedy));
  }
}

/** The one that the image starts; if that cannot be seen, all that it has. */
function usedManagers(client: Client): readonly DisplayManager[] {
  const { settings, warn } = client;
  const started = startedManager(client);
  const known = managers.find(({ names }) => names.some((name) => name === started));
  if (known !== undefined) return [known];
  const installed = managers.filter(({ programs }) => has(client, programs));
  if (started === undefined && installed.length > 0) return installed;
  const why =
    started === undefined
      ? "the image has no display manager"
      : `${started} is the image's display manager, which ltsp does not know`;
  const parameter = settings.get("AUTOLOGIN")?.trim() ? "AUTOLOGIN" : "LTSPDM_USERS";
  warn(settings.failure(parameter, why, "Install lightdm, gdm3 or sddm in the image."));
  return [];
}

/** The name of the display manager that the image starts, as far as that can be seen. */
function startedManager(client: Client): string | undefined {
  const unit = linkTarget(`${client.root}/etc/systemd/system/display-manager.service`);
  if (unit !== undefined) return basename(unit, ".service");
  // Debian's packages agree on it by this file.
  const agreed = basename(textInRoot(client, "/etc/X11/default-display-manager").trim());
  return agreed === "" ? undefined : agreed;
}

/** The users that LTSPDM_USERS leaves out. Who is logged in again after a logout has to be known to the greeter. */
function hiddenUsers(
  { settings, warn }: Client,
  users: readonly User[],
  autologin: string | undefined,
): string[] | undefined {
  const value = settings.get("LTSPDM_USERS")?.trim() ?? "";
  if (value === "") return undefined;
  const read = readRegex(value);
  if (typeof read === "string") {
    warn(settings.failure("LTSPDM_USERS", read, 'Write for instance LTSPDM_USERS="(teacher|guest).*".'));
    return undefined;
  }
  const whole = new RegExp(`^(?:${read.source})$`, read.flags);
  const isListed = ({ name }: User) => name === autologin || whole.test(name);
  return users.filter((user) => isPerson(user) && !isListed(user)).map(({ name }) => name);
}

/** Debian's range of people's accounts, as in login.defs; display managers list no others anyway. */
const isPerson = ({ uid, shell }: User) => uid >= 1000 && uid < 60000 && !/\/(nologin|false)$/.test(shell);
