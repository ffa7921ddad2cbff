import { basename } from "node:path";
import type { Client } from "../facts.ts";
import { filesIn, linkTarget } from "../files.ts";
import { type Entry, iniValue } from "../ini.ts";
import { textInRoot } from "../text-or-file.ts";
import { confEntries, type DisplayManager, type LoginScreen, setInFile } from "./login-screen.ts";

/** sddm reads it after all sddm.conf.d directories, so what it says counts. */
const mainFile = "/etc/sddm.conf";

/** KDE's and LXQt's. */
export const sddm: DisplayManager = {
  names: ["sddm"],
  programs: ["/usr/bin/sddm"],
  parameters: ["SDDM_CONF"],
  configure(client, screen) {
    setInFile(client, mainFile, [
      ...autologin(client, screen),
      ...hiddenUsers(client, screen),
      ...confEntries(client, "SDDM_CONF", "General"),
    ]);
  },
};

function autologin(client: Client, { autologin, relogin }: LoginScreen): Entry[] {
  if (autologin === undefined) return [];
  const session = sessionOf(client);
  if (session === undefined) {
    const why = "sddm logs nobody in by itself, as the image has no session in /usr/share/xsessions";
    client.warn(client.settings.failure("AUTOLOGIN", why, "Install a desktop in the image."));
  }
  return [
    { group: "Autologin", key: "User", value: autologin },
    { group: "Autologin", key: "Relogin", value: String(relogin) },
    { group: "Autologin", key: "Session", value: session ?? "" },
  ];
}

function hiddenUsers(client: Client, { hidden }: LoginScreen): Entry[] {
  if (hidden === undefined) return [];
  const known = configured(client, "Users", "HideUsers") ?? "";
  const users = [...known.split(","), ...hidden].map((user) => user.trim()).filter((user) => user !== "");
  return [{ group: "Users", key: "HideUsers", value: [...new Set(users)].join(",") }];
}

/** What the image's configuration says, of all its files. */
function configured(client: Client, group: string, key: string): string | undefined {
  const directories = ["/usr/lib/sddm/sddm.conf.d", "/etc/sddm.conf.d"];
  const files = directories.flatMap((directory) =>
    names(client, directory).map((name) => `${directory}/${name}`),
  );
  return [...files, mainFile]
    .map((file) => iniValue(textInRoot(client, file), group, key))
    .findLast((value) => value !== undefined);
}

function names({ root }: Client, directory: string): string[] {
  return filesIn(`${root}${directory}`).sort();
}

const sessionDirectories = ["/usr/share/xsessions", "/usr/share/wayland-sessions"];

/**
 * The file of the session to start, which sddm does not choose by itself: the one that the image's sddm is told to,
 * else the one that Debian's alternatives call the session manager, else the first of X.
 */
function sessionOf(client: Client): string | undefined {
  const sessions = sessionDirectories.flatMap((directory) =>
    names(client, directory)
      .filter((name) => name.endsWith(".desktop"))
      .map((name) => ({ name, file: `${directory}/${name}` })),
  );
  const told = configured(client, "Autologin", "Session");
  const manager = sessionManager(client);
  const starts = (file: string) => {
    const [program = ""] = (iniValue(textInRoot(client, file), "Desktop Entry", "Exec") ?? "").split(" ");
    return basename(program);
  };
  const chosen =
    sessions.find(({ name }) => name === told || name === `${told}.desktop`) ??
    sessions.find(({ file }) => starts(file) === manager) ??
    // lightdm's stands for whatever its own Xsession starts.
    sessions.find(({ name }) => name !== "lightdm-xsession.desktop");
  return chosen?.name;
}

function sessionManager({ root }: Client): string | undefined {
  const target = linkTarget(`${root}/etc/alternatives/x-session-manager`);
  return target === undefined ? undefined : basename(target);
}
