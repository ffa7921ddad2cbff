import type { Client } from "./facts.ts";
import { filesIn, readText, writeText } from "./files.ts";

/**
 * What desktops start at login (/etc/xdg/autostart/NAME.desktop, in any case) that asks users to do what an image's
 * administrator does once for all clients.
 */
const updaters: { names: string[]; why: string }[] = [
  {
    names: [
      "update-notifier",
      "mintupdate",
      "org.gnome.Software",
      "gnome-software-service",
      "org.kde.discover.notifier",
      "upg-notifier-autostart",
      "org.guido-berhoerster.code.package-update-indicator",
      "package-update-indicator",
      "pk-update-icon",
      "io.elementary.appcenter-daemon",
      "notificationhelper",
    ],
    why: "looks for updates, downloads them into RAM, and would install them until the next boot",
  },
  {
    names: ["ubuntu-advantage-notification", "ubuntu-report-on-upgrade"],
    why: "speaks of Ubuntu Pro, and of the system to its makers",
  },
  { names: ["mintreport", "mintwelcome"], why: "advises on drivers, snapshots and updates" },
  { names: ["org.gnome.DejaDup.Monitor"], why: "asks for backups of a disk that the client has not" },
];

/** What would update a client by itself: the next boot undoes it, and forty clients would download it at once. */
export function quietUpdaters(client: Client): void {
  hideAutostarts(client);
  holdSnaps(client);
}

/**
 * Hides them as the autostart specification says, `Hidden=true`, unless KEEP_SESSION_SERVICES names them. Those that
 * DISABLE_SESSION_SERVICES and MASK_SESSION_SERVICES name are hidden too.
 */
function hideAutostarts({ root, settings }: Client): void {
  const directory = `${root}/etc/xdg/autostart`;
  const named = (...parameters: string[]) => parameters.flatMap((name) => settings.words(name)).map(stem);
  const kept = new Set(named("KEEP_SESSION_SERVICES"));
  const hidden = new Set([
    ...updaters.flatMap(({ names }) => names.map(stem)).filter((name) => !kept.has(name)),
    ...named("DISABLE_SESSION_SERVICES", "MASK_SESSION_SERVICES"),
  ]);
  for (const file of filesIn(directory).filter(
    (file) => file.endsWith(".desktop") && hidden.has(stem(file)),
  )) {
    const name = file.replace(/\.desktop$/, "");
    writeText(`${directory}/${file}`, `[Desktop Entry]\nType=Application\nName=${name}\nHidden=true\n`);
  }
}

/** What the names `mintupdate`, `mintupdate.desktop` and `app-mintupdate@autostart.service` have in common. */
const stem = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^app-(.*)@autostart(\.service)?$/, (_, escaped: string) => escaped.replaceAll("\\x2d", "-"))
    .replace(/\.(desktop|service)$/, "");

const days = 24 * 3600 * 1000;

/**
 * snapd keeps its settings, `snap set system refresh.hold=…` too, in its state. Where it has none yet, no snap is
 * installed that it could refresh.
 */
function holdSnaps({ root }: Client): void {
  const file = `${root}/var/lib/snapd/state.json`;
  const state = parsed(readText(file));
  if (state?.data === undefined) return;
  const { data } = state;
  data.config ??= {};
  data.config.core ??= {};
  data.config.core.refresh ??= {};
  if (holdsForever(readText(`${root}/usr/lib/snapd/info`))) {
    data.config.core.refresh.hold = "forever";
  } else {
    // It takes a date only, and not one more than 95 days after the last refresh.
    data.config.core.refresh.hold = new Date(Date.now() + 90 * days).toISOString();
    data["last-refresh"] = new Date().toISOString();
  }
  writeText(file, JSON.stringify(state), 0o600);
}

/** The parts of snapd's state that matter here. */
interface SnapState {
  data?: {
    config?: { core?: { refresh?: { hold?: string } } };
    "last-refresh"?: string;
  };
}

/** A state that cannot be read is left for snapd to complain of. */
function parsed(text: string): SnapState | undefined {
  try {
    return JSON.parse(text) as SnapState;
  } catch {
    return undefined;
  }
}

/** Since snapd 2.58; its file `info` has a line VERSION=2.57.6. */
function holdsForever(info: string): boolean {
  const [, major = "0", minor = "0"] = /^VERSION=(\d+)\.(\d+)/m.exec(info) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 58);
}
