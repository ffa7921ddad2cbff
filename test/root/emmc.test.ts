import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { localSwap } from "../../client/local-swap.ts";
import { type Suite, suites } from "../../qemu/roots.ts";
import { type DebianClient, debianClient } from "./root.ts";

/** A card's memory, as the kernel calls its parts. */
const parts = ["mmcblk0", "mmcblk0p1", "mmcblk0boot0", "mmcblk0boot1", "mmcblk0rpmb"] as const;
type Part = (typeof parts)[number];

/** What a kernel of 6.1 or later shows of a card in /sys; an eMMC's type is MMC, an SD card's SD. */
function plugIn({ root }: DebianClient, type: "MMC" | "SD"): Record<Part, string> {
  const sys = join(root, "tmp/sys");
  const add = (path: string, subsystem: string, files: Record<string, string>) => {
    const directory = join(sys, path);
    mkdirSync(directory, { recursive: true });
    mkdirSync(join(sys, subsystem), { recursive: true });
    symlinkSync(relative(directory, join(sys, subsystem)), join(directory, "subsystem"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), `${text}\n`);
    return `/${path}`;
  };
  const controller = "devices/pci0000:00/0000:00:1c.0";
  const card = `${controller}/mmc_host/mmc0/mmc0:0001`;
  add(controller, "bus/pci", { uevent: "DRIVER=sdhci-pci" });
  add(dirname(card), "class/mmc_host", { uevent: "" });
  add(card, "bus/mmc", { uevent: `DRIVER=mmcblk\nMMC_TYPE=${type}`, type, name: "BJTD4R" });
  const block = (path: string, minor: number, kind: "disk" | "partition") => {
    const uevent = `MAJOR=179\nMINOR=${minor}\nDEVNAME=${path.split("/").at(-1)}\nDEVTYPE=${kind}`;
    // As if somebody had made the boot areas writable: else they are not.
    return add(`${card}/${path}`, "class/block", { uevent, ro: "0", dev: `179:${minor}` });
  };
  const rpmb = { uevent: "MAJOR=240\nMINOR=0\nDEVNAME=mmcblk0rpmb", dev: "240:0" };
  return {
    mmcblk0: block("block/mmcblk0", 0, "disk"),
    mmcblk0p1: block("block/mmcblk0/mmcblk0p1", 1, "partition"),
    mmcblk0boot0: block("block/mmcblk0/mmcblk0boot0", 8, "disk"),
    mmcblk0boot1: block("block/mmcblk0/mmcblk0boot1", 16, "disk"),
    mmcblk0rpmb: add(`${card}/mmcblk0rpmb`, "bus/mmc_rpmb", rpmb),
  };
}

/** The units that the root's udev would start for each part, if all of them held swap, the whole disk in partitions. */
function wantedUnits(suite: Suite, type: "MMC" | "SD") {
  const client = debianClient(suite, "");
  const devices = plugIn(client, type);
  localSwap(client);
  // In the place of blkid, which has no disk to read.
  mkdirSync(join(client.root, "etc/udev/rules.d"), { recursive: true });
  writeFileSync(
    join(client.root, "etc/udev/rules.d/61-test.rules"),
    'ENV{ID_FS_TYPE}="swap"\nKERNEL=="mmcblk0", ENV{ID_PART_TABLE_TYPE}="gpt"\n',
  );
  const script = 'mount --bind /tmp/sys /sys && SYSTEMD_DEVICE_VERIFY_SYSFS=0 udevadm test --action=add "$0"';
  return parts.map((part) => {
    const output = client.ask("sh", "-c", script, devices[part]);
    expect(output).toMatch(/^(P: |\s*DEVPATH=)\S+\/mmcblk0/m);
    return [part, /SYSTEMD_WANTS=(\S+)$/m.exec(output)?.[1]];
  });
}

// QEMU 7.2 has no eMMC to plug into a client: the client tests have an SD card, and here is what both show in /sys.
describe.each(suites)("%s", (suite) => {
  test("LOCAL_SWAP: a partition of an eMMC is used, its disk, boot areas and RPMB are not", () => {
    expect(wantedUnits(suite, "MMC")).toEqual([
      ["mmcblk0", undefined],
      ["mmcblk0p1", "ltsp-swap@mmcblk0p1.service"],
      ["mmcblk0boot0", undefined],
      ["mmcblk0boot1", undefined],
      ["mmcblk0rpmb", undefined],
    ]);
  });

  test("LOCAL_SWAP: nothing of an SD card is used", () => {
    expect(wantedUnits(suite, "SD").filter(([, unit]) => unit !== undefined)).toEqual([]);
  });
});
