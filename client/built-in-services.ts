import type { Scope } from "./unit-tree.ts";

/** Why a row does not hold for a client: its settings ask for the service. */
export type Unless = "prints itself" | "logs to a host" | "mounts NFS";

/** Units that make sense on the machine that the image was taken from, but not on a client. */
export interface BuiltIn {
  /** A KEEP_ parameter that names one of them keeps them all. Names without a suffix are services. */
  units: readonly string[];
  /**
   * Disabling is enough where symlinks in /etc start a unit. Where the image's own /usr/lib, udev, D-Bus or another
   * unit does, only a mask keeps it from starting.
   */
  how: "disable" | "mask";
  why: string;
  unless?: Unless;
}

const server = "belongs to the server";
const disk = "works on local disks";
const updates = "updates an installation, which is gone at power-off";
const kept = "keeps state on a disk";
const nfs = "helps NFS mounts, and there are none";

/** What clients do not run unless KEEP_SYSTEM_SERVICES or KEEP_SESSION_SERVICES name it. An image need not have it. */
export const builtIn: Readonly<Record<Scope, readonly BuiltIn[]>> = {
  system: [
    { units: ["apt-daily", "apt-daily.timer"], how: "mask", why: updates },
    { units: ["apt-daily-upgrade", "apt-daily-upgrade.timer"], how: "mask", why: updates },
    { units: ["unattended-upgrades"], how: "disable", why: updates },
    // Static: D-Bus and system-update.target start them.
    { units: ["packagekit", "packagekit-offline-update"], how: "mask", why: updates },
    { units: ["fwupd-refresh.timer"], how: "disable", why: updates },
    { units: ["update-notifier-download.timer", "update-notifier-motd.timer"], how: "disable", why: updates },
    { units: ["mintupdate-automation-upgrade.timer"], how: "disable", why: updates },
    { units: ["mintupdate-automation-autoremove.timer"], how: "disable", why: updates },
    { units: ["apt-news", "esm-cache"], how: "mask", why: updates },
    { units: ["ua-timer.timer", "ubuntu-advantage", "ua-reboot-cmds"], how: "disable", why: updates },
    { units: ["motd-news.timer"], how: "disable", why: "fetches news for the prompt" },
    { units: ["secureboot-db"], how: "disable", why: updates },
    { units: ["apport", "apport-autoreport.path", "apport-autoreport.timer"], how: "disable", why: kept },
    { units: ["whoopsie", "whoopsie.path"], how: "disable", why: kept },
    { units: ["kerneloops"], how: "disable", why: kept },
    { units: ["man-db.timer"], how: "disable", why: "indexes the manual pages, every day on every client" },
    {
      units: ["plocate-updatedb.timer", "mlocate-updatedb.timer", "updatedb.timer"],
      how: "disable",
      why: "walks all directories of the server's image",
    },
    { units: ["logrotate.timer"], how: "disable", why: "rotates logs that are gone at power-off" },
    { units: ["dpkg-db-backup.timer"], how: "disable", why: "keeps copies of the package database" },
    {
      units: ["anacron", "anacron.timer"],
      how: "disable",
      why: "catches up on daily jobs, on all clients at once after every boot",
    },
    { units: ["dnsmasq"], how: "disable", why: server },
    { units: ["isc-dhcp-server", "isc-dhcp-server6", "kea-dhcp4-server"], how: "disable", why: server },
    { units: ["tftpd-hpa", "atftpd"], how: "disable", why: server },
    { units: ["nfs-server", "nfs-kernel-server"], how: "disable", why: server },
    { units: ["nbd-server"], how: "disable", why: server },
    // Not epoptes-client, which the clients are for.
    { units: ["epoptes", "epoptes-server"], how: "disable", why: server },
    { units: ["ssh", "ssh.socket"], how: "disable", why: server },
    { units: ["x2goserver", "x2gocleansessions"], how: "disable", why: server },
    { units: ["xrdp", "xrdp-sesman"], how: "disable", why: server },
    {
      units: ["cups", "cups.socket", "cups.path", "cups-browsed"],
      how: "disable",
      why: "another host prints",
      unless: "prints itself",
    },
    {
      units: ["rsyslog"],
      how: "mask",
      why: "writes a second log beside journald's, into RAM",
      unless: "logs to a host",
    },
    { units: ["systemd-random-seed"], how: "mask", why: kept },
    { units: ["systemd-rfkill", "systemd-rfkill.socket"], how: "mask", why: kept },
    { units: ["alsa-restore", "alsa-state"], how: "mask", why: kept },
    { units: ["grub-common", "grub-initrd-fallback"], how: "disable", why: kept },
    { units: ["ModemManager"], how: "disable", why: "probes serial ports for modems" },
    { units: ["fstrim.timer"], how: "disable", why: disk },
    { units: ["e2scrub_all.timer", "e2scrub_reap"], how: "disable", why: disk },
    { units: ["smartmontools", "smartd"], how: "disable", why: disk },
    {
      units: ["mdcheck_start.timer", "mdcheck_continue.timer", "mdmonitor-oneshot.timer"],
      how: "disable",
      why: disk,
    },
    { units: ["lvm2-monitor", "blk-availability"], how: "disable", why: disk },
    { units: ["multipathd", "multipathd.socket"], how: "disable", why: disk },
    { units: ["rpcbind", "rpcbind.socket"], how: "disable", why: nfs, unless: "mounts NFS" },
    { units: ["rpc-statd", "rpc-statd-notify"], how: "disable", why: nfs, unless: "mounts NFS" },
    { units: ["nfs-client.target"], how: "disable", why: nfs, unless: "mounts NFS" },
    { units: ["nfs-blkmap"], how: "disable", why: nfs, unless: "mounts NFS" },
    { units: ["rpc-gssd", "nfs-idmapd"], how: "disable", why: nfs, unless: "mounts NFS" },
    { units: ["nfs-common"], how: "disable", why: nfs, unless: "mounts NFS" },
  ],
  user: [
    { units: ["pk-debconf-helper.socket"], how: "disable", why: updates },
    { units: ["update-notifier-release.path", "update-notifier-crash.path"], how: "mask", why: updates },
    {
      units: ["ubuntu-report.path"],
      how: "mask",
      why: "reports the hardware, of every client at every login",
    },
  ],
};
