import { existsSync } from "node:fs";
import type { Client } from "../facts.ts";
import { writeText } from "../files.ts";
import { type Entry, readIni, withEntries } from "../ini.ts";
import { textInRoot, textOrFile } from "../text-or-file.ts";

/** What ltsp.conf wants of the login screen, whichever program shows it. */
export interface LoginScreen {
  /** Who is logged in without being asked. */
  autologin: string | undefined;
  /** Again after a logout? */
  relogin: boolean;
  /** The image's users whom it is not to list; undefined if that is left to the image. */
  hidden: readonly string[] | undefined;
}

/** A program that shows a login screen, and starts sessions. */
export interface DisplayManager {
  /** As administrators call it, and other names that its service has. */
  names: readonly [string, ...string[]];
  /** It is installed if one of these is there. */
  programs: readonly string[];
  /** The parameters that hold lines of its configuration. */
  parameters: readonly string[];
  configure(client: Client, screen: LoginScreen): void;
}

/** Does the root have one of these? */
export function has({ root }: Client, programs: readonly string[]): boolean {
  return programs.some((program) => existsSync(`${root}${program}`));
}

/** The entries of a parameter like LIGHTDM_CONF; those without a header belong to `group`. */
export function confEntries(client: Client, parameter: string, group: string): Entry[] {
  const { entries, strange } = readIni(textOrFile(client, parameter) ?? "", group);
  if (strange.length > 0) {
    const why = `"${strange[0]}" is neither a line NAME=VALUE nor a [header]`;
    client.warn(client.settings.failure(parameter, why, "It is left out; write NAME=VALUE."));
  }
  return entries;
}

/** Sets entries in a file of the root; nothing is touched if there are none. */
export function setInFile(client: Client, file: string, entries: readonly Entry[], mode = 0o644): void {
  if (entries.length === 0) return;
  writeText(`${client.root}${file}`, withEntries(textInRoot(client, file), entries), mode);
}

const accountsDaemons = ["/usr/libexec/accounts-daemon", "/usr/lib/accountsservice/accounts-daemon"];

/** Has AccountsService take these users for the system's: it is whom lightdm and gdm3 ask for users to list. */
export function hideAccounts(client: Client, users: readonly string[]): void {
  if (!has(client, accountsDaemons)) return;
  for (const user of users) {
    const file = `/var/lib/AccountsService/users/${user}`;
    setInFile(client, file, [{ group: "User", key: "SystemAccount", value: "true" }], 0o600);
  }
}
