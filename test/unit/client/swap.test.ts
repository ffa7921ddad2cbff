import { existsSync } from "node:fs";
import { release } from "node:os";
import { expect, test } from "vitest";
import { localSwap } from "../../../client/local-swap.ts";
import { zramSwap } from "../../../client/zram.ts";
import { clientWith, fileOf, type TestClient } from "./client.ts";

const GIB = 2 ** 30;
const swapon = { "usr/sbin/swapon": "" };
const image = { ...swapon, [`usr/lib/modules/${release()}/kernel/drivers/block/zram/zram.ko.xz`]: "" };
const rules = "run/udev/rules.d/90-ltsp-swap.rules";
const unit = "run/systemd/system/multi-user.target.wants/ltsp-zram.service";

const has = (client: TestClient, path: string) => existsSync(`${client.root}/${path}`);

test("LOCAL_SWAP=0: no swap on local disks", () => {
  const client = clientWith("LOCAL_SWAP=0", image);
  localSwap(client);
  expect(has(client, rules)).toBe(false);
});

test("swap on local disks is the default; in an image without swapon it is a warning only where it was asked for", () => {
  const client = clientWith("", image);
  localSwap(client);
  expect(has(client, rules)).toBe(true);
  for (const [conf, warnings] of [
    ["", 0],
    ["LOCAL_SWAP=1", 1],
  ] as const) {
    const bare = clientWith(conf);
    localSwap(bare);
    expect(has(bare, rules)).toBe(false);
    expect(bare.warnings).toHaveLength(warnings);
  }
});

test("what a line of FSTAB_x swaps to is left to that line", () => {
  const lines = ["/dev/sda2 none swap", "LABEL=big none swap", "UUID=1-2 none swap", "LABEL=data /data ext4"];
  const client = clientWith(`FSTAB_A="${lines.join("\n")}"`, image);
  localSwap(client);
  const text = fileOf(client, rules);
  for (const match of ['KERNEL=="sda2"', 'ENV{ID_FS_LABEL}=="big"', 'ENV{ID_FS_UUID}=="1-2"'])
    expect(text).toContain(`\n${match}, GOTO="ltsp_swap_end"\n`);
  expect(text).not.toContain("data");
});

test.each([
  ["", 2 * GIB, 2 * GIB],
  ["ZRAM_SWAP=", 3.7 * GIB, 3.7 * GIB],
  ["", 4 * GIB, undefined],
  ["ZRAM_SWAP=0", 1 * GIB, undefined],
  ["ZRAM_SWAP=1", 16 * GIB, 16 * GIB],
  ["ZRAM_SWAP=50%", 8 * GIB, 4 * GIB],
  ["ZRAM_SWAP=150%", 2 * GIB, 3 * GIB],
])("%o with %d bytes of RAM: %d bytes of zram swap", (conf, memory, size) => {
  const client = clientWith(conf, image);
  zramSwap(client, memory);
  expect(has(client, unit)).toBe(size !== undefined);
  if (size !== undefined)
    expect(fileOf(client, unit)).toContain(`echo ${Math.round(size)} >/sys/block/zram0/disksize`);
  expect(client.warnings).toEqual([]);
});

test("an image whose kernel has no zram: a warning where it was asked for, on its line", () => {
  const asked = clientWith("\nZRAM_SWAP=1", swapon);
  zramSwap(asked, GIB);
  expect(has(asked, unit)).toBe(false);
  expect(asked.warnings).toEqual([
    expect.stringMatching(/^ltsp\.conf:2:.*no module zram.*linux-modules-extra/s),
  ]);
});

test("where nobody asked for it, the unit starts only if the image's kernel has zram", () => {
  const client = clientWith("", swapon);
  zramSwap(client, GIB);
  expect(fileOf(client, unit)).toContain("ConditionPathExists=/lib/modules/%v/kernel/drivers/block/zram\n");
  expect(client.warnings).toEqual([]);
});

test("a value that is no share is refused, and there is no zram swap", () => {
  const client = clientWith("ZRAM_SWAP=lots", image);
  expect(() => zramSwap(client, GIB)).toThrow("ZRAM_SWAP is 0 or 1");
  expect(has(client, unit)).toBe(false);
});
