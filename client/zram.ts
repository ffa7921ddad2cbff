import { existsSync } from "node:fs";
import { release, totalmem } from "node:os";
import type { Client } from "./facts.ts";
import { addUnit } from "./own-units.ts";
import { hasProgram } from "./programs.ts";
import { swapPriority } from "./swap-priority.ts";

const GIB = 2 ** 30;

/**
 * Swap in compressed RAM: ZRAM_SWAP, by default where there is less than 4 GiB of RAM. An image that makes its own
 * (zram-tools, systemd-zram-generator, Ubuntu's zram-config) goes on doing so.
 */
export function zramSwap(client: Client, memory = totalmem(), kernel = release()): void {
  const { settings } = client;
  const asked = settings.get("ZRAM_SWAP")?.trim() || undefined;
  const share = shareOf(client, asked, memory);
  if (share === 0) return;
  // To look for a module takes as long as all else here: where nobody asked, the unit's own conditions do.
  const lacks = asked === undefined ? undefined : missing(client, kernel);
  if (lacks === undefined) addUnit(client, "ltsp-zram.service", unit(memory, share), "multi-user.target");
  else client.warn(settings.failure("ZRAM_SWAP", ...lacks));
}

/** How much may be swapped there, as a share of the RAM. It takes a third of that, once it is full. */
function shareOf({ settings }: Client, asked: string | undefined, memory: number): number {
  if (asked === undefined) return memory < 4 * GIB ? 1 : 0;
  const percent = /^(\d{1,3})%$/.exec(asked)?.[1];
  return percent === undefined ? Number(settings.flag("ZRAM_SWAP", true)) : Number(percent) / 100;
}

/** What makes such swap by itself, in the images that have it. */
const others = [
  "/usr/sbin/zramswap",
  "/usr/bin/init-zram-swapping",
  "/usr/lib/systemd/system-generators/zram-generator",
];

/** What the image lacks, and what to do. */
function missing(client: Client, kernel: string): [string, string] | undefined {
  const driver = `/lib/modules/${kernel}/kernel/drivers/block/zram`;
  if (!existsSync(`${client.root}${driver}`) && !existsSync(`${client.root}/usr${driver}`))
    return [
      "the image's kernel has no module zram",
      "On Ubuntu it is in linux-modules-extra, to be installed in the image.",
    ];
  return hasProgram(client, "swapon")
    ? undefined
    : ["the image has no swapon", "Install it in the image: apt install mount"];
}

/**
 * zstd keeps a third of the data's size, where lzo and lz4 keep near half of it; a kernel without it uses its own
 * choice. Reading ahead (page-cluster) pays on disks only. Half of the RAM is the most that it may take, whatever is
 * swapped. All behind the boot: nothing is short of memory before. One sh for all: each program that systemd starts
 * takes time.
 */
function unit(memory: number, share: number): string[] {
  const device = "/sys/block/zram0";
  const script = [
    "/sbin/modprobe zram",
    `echo zstd >${device}/comp_algorithm || true`,
    `echo ${Math.round(memory * share)} >${device}/disksize`,
    `echo ${Math.round(memory / 2)} >${device}/mem_limit`,
    "/sbin/mkswap /dev/zram0",
    `/sbin/swapon --priority ${swapPriority.zram} /dev/zram0`,
    "echo 0 >/proc/sys/vm/page-cluster",
  ];
  return [
    "[Unit]",
    "Description=Swap in compressed RAM",
    "DefaultDependencies=no",
    "After=multi-user.target",
    // %v is the kernel's release.
    "ConditionPathExists=/lib/modules/%v/kernel/drivers/block/zram",
    "ConditionFileIsExecutable=/sbin/swapon",
    ...others.map((program) => `ConditionPathExists=!${program}`),
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    `ExecStart=/bin/sh -ec '${script.join("; ")}'`,
  ];
}
