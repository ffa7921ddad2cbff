import { join } from "node:path";
import { command } from "./command.ts";
import { baseRecipe, ensureTree, fetchRemedy, roots, type Suite } from "./roots.ts";

/** What a school's PC has, beside what every root has: all that ltsp.conf's settings speak to. */
const packages: Readonly<Record<string, string>> = {
  "xserver-xorg-core xserver-xorg-input-libinput xserver-xorg-legacy": "a display",
  "x11-xserver-utils x11-xkb-utils xauth": "asking it",
  "icewm xterm": "a small desktop",
  "lightdm lightdm-gtk-greeter slick-greeter arctica-greeter sddm": "display managers",
  "network-manager ifupdown netplan.io systemd-resolved": "what manages networks",
  "dconf-cli gsettings-desktop-schemas libjson-glib-1.0-0": "what gdm3 needs to start a session",
  "libpam-systemd dbus-user-session": "sessions",
  "locales console-setup keyboard-configuration kbd": "languages and keyboards",
  "cups-client cups-daemon": "printing",
  "nfs-common cron rsyslog openssh-server passwd polkitd pkexec snapd":
    "services that clients need, or some of them",
  "packagekit unattended-upgrades man-db logrotate alsa-utils modemmanager":
    "services that clients do not need",
  "dnsmasq nbd-server nfs-kernel-server": "services of the server that the image was taken from",
};

/** Debian 13 has no epoptes. */
const only: Readonly<Record<Suite, readonly string[]>> = { bookworm: ["epoptes-client"], trixie: [] };

/** gdm3 without GNOME, which shows its greeter and is half a gigabyte: it still logs a user in by itself. */
const gdm = [
  'cd "$1/tmp" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get download -q gdm3 libgdm1',
  'chroot "$1" sh -c "dpkg --force-depends --install /tmp/*.deb && rm /tmp/*.deb"',
].join(" && ");

/** Where snapd never ran it gets ready at first, which takes a minute in an emulated PC, and is done in real images. */
const noSnapd =
  'chroot "$1" sh -c "cd /lib/systemd/system && systemctl disable snapd*.service snapd*.socket"';

const recipe = (suite: Suite): string[] => [
  ...baseRecipe,
  `--include=${[...Object.keys(packages).join(" ").split(" "), ...only[suite]].join(",")}`,
  `--customize-hook=${gdm}`,
  `--customize-hook=${noSnapd}`,
  ...["doc", "man", "help", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
  '--customize-hook=printf "%s\\n" "en_GB.UTF-8 UTF-8" "de_DE.UTF-8 UTF-8" >"$1/etc/locale.gen"; chroot "$1" locale-gen',
  ...["teacher", "pupil01", "pupil02"].map(
    (user) => `--customize-hook=chroot "$1" useradd --create-home --shell /bin/bash ${user}`,
  ),
];

/** Where the desktop root of a Debian suite is, or will be. */
export const desktopOf = (suite: Suite): string => join(roots, `${suite}-desktop`);

/** A Debian root with a small desktop, made by mmdebstrap if it is not there yet or was made by another recipe. */
export async function ensureDesktop(suite: Suite, say: (what: string) => void): Promise<string> {
  return ensureTree(desktopOf(suite), recipe(suite).join("\n"), async (tree) => {
    say(`making a Debian desktop (${suite}) with mmdebstrap: once, some minutes`);
    await command(["mmdebstrap", ...recipe(suite), suite, tree], {
      remedy: fetchRemedy,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  });
}
