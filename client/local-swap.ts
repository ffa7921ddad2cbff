import type { Client } from "./facts.ts";
import { writeText } from "./files.ts";
import { fstabEntries } from "./fstab-entry.ts";
import { hasProgram } from "./programs.ts";
import { swapPriority } from "./swap-priority.ts";

/**
 * Swap partitions of local disks, once udev has loaded the disks' drivers and knows what is on them. LOCAL_SWAP=0:
 * none, as the image's own swap is gone with its fstab.
 */
export function localSwap(client: Client): void {
  const { run, settings } = client;
  if (!settings.flag("LOCAL_SWAP", true)) return;
  if (!hasProgram(client, "swapon")) {
    const why = "the image has no swapon";
    if (settings.get("LOCAL_SWAP"))
      client.warn(settings.failure("LOCAL_SWAP", why, "Install it in the image: apt install mount"));
    return;
  }
  // Behind 60-persistent-storage.rules, which ask blkid.
  writeText(`${run}/udev/rules.d/90-ltsp-swap.rules`, rules(fstabSwap(client)));
  writeText(`${run}/systemd/system/ltsp-swap@.service`, unit);
}

/**
 * blkid says "swap" of nothing else: not of a hibernated system ("swsuspend"), nor of what belongs to a RAID or LVM.
 * Disks on a network are another machine's, those on USB somebody's pocket; an SD card would wear out; an eMMC's boot
 * areas are the firmware's. Only what is there from the start counts ("add"): what a person makes swap of later is
 * theirs.
 */
const rules = (others: readonly string[]) => `# Written by ltsp at boot, for LOCAL_SWAP.
ACTION!="add", GOTO="ltsp_swap_end"
SUBSYSTEM!="block", GOTO="ltsp_swap_end"
KERNEL!="sd*|nvme*|mmcblk*|vd*|xvd*", GOTO="ltsp_swap_end"
ENV{ID_FS_TYPE}!="swap", GOTO="ltsp_swap_end"
ENV{DEVTYPE}=="disk", ENV{ID_PART_TABLE_TYPE}=="?*", GOTO="ltsp_swap_end"
SUBSYSTEMS=="usb|firewire", GOTO="ltsp_swap_end"
DEVPATH=="*/session*/target*|*/rport-*|*/nvme-fabrics/*", GOTO="ltsp_swap_end"
KERNEL=="mmcblk*", SUBSYSTEMS=="mmc", ATTRS{type}!="MMC", GOTO="ltsp_swap_end"
KERNEL=="mmcblk*boot*|mmcblk*rpmb", GOTO="ltsp_swap_end"
ATTR{ro}=="1", GOTO="ltsp_swap_end"
${others.map((match) => `${match}, GOTO="ltsp_swap_end"\n`).join("")}TAG+="systemd", ENV{SYSTEMD_WANTS}+="ltsp-swap@%k.service"
LABEL="ltsp_swap_end"
`;

/** What fstab(5) calls a partition by, and udev's name for it. */
const tags: Record<string, string> = {
  UUID: "ID_FS_UUID",
  LABEL: "ID_FS_LABEL",
  PARTUUID: "ID_PART_ENTRY_UUID",
  PARTLABEL: "ID_PART_ENTRY_NAME",
};

/** The partitions that lines of FSTAB_x swap to, as udev matches them: of two swapons for one, the later fails. */
function fstabSwap({ settings }: Client): string[] {
  const devices = fstabEntries(settings).filter(({ type }) => type === "swap");
  return devices.flatMap(({ device }) => {
    const [, path, tag = "", name = ""] = /^(?:\/dev\/([\w/.:-]+)|(\w+)=([\w.:-]+))$/.exec(device) ?? [];
    if (path !== undefined) return path.includes("/") ? `SYMLINK=="${path}"` : `KERNEL=="${path}"`;
    return tags[tag] === undefined ? [] : `ENV{${tags[tag]}}=="${name}"`;
  });
}

/** Nothing waits for it. */
const unit = `[Unit]
Description=Swap on /dev/%i
DefaultDependencies=no
BindsTo=dev-%i.device
After=dev-%i.device

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/swapon --priority ${swapPriority.disk} /dev/%i
`;
