import { describe, expect, test } from "vitest";
import { readIndex } from "../../../initrd/module-index.ts";
import { filterIndex, pickModules } from "../../../initrd/pick-modules.ts";

const texts = {
  dep: [
    "kernel/drivers/net/ethernet/realtek/r8169.ko.xz: kernel/drivers/net/phy/libphy.ko.xz",
    "kernel/drivers/net/phy/libphy.ko.xz:",
    "kernel/drivers/net/phy/realtek.ko.xz: kernel/drivers/net/phy/libphy.ko.xz",
    "kernel/drivers/net/wireless/iwlwifi.ko.xz: kernel/net/cfg80211.ko.xz",
    "kernel/net/cfg80211.ko.xz:",
    "kernel/drivers/net/ethernet/mellanox/mlx5/core/mlx5_core.ko.xz:",
    "kernel/fs/nfs/nfsv4.ko.xz: kernel/net/sunrpc/sunrpc.ko.xz",
    "kernel/net/sunrpc/sunrpc.ko.xz:",
    "kernel/fs/ext4/ext4.ko.xz:",
    "kernel/arch/x86/crypto/crc32c-intel.ko.xz:",
    "kernel/drivers/gpu/i915.ko.xz:",
    "updates/dkms/r8125.ko.zst:",
    "",
  ].join("\n"),
  softdep: "# depmod\nsoftdep ext4 pre: crypto-crc32c\nsoftdep iwlwifi post: iwlmvm\n",
  alias: "alias pci:v10ECd8168* r8169\nalias pci:v8086* i915\nalias crypto-crc32c crc32c_intel\n",
};
const picked = pickModules(readIndex(texts));
const names = picked.map((path) => path.replace(/.*\/|\.ko.*/g, ""));

describe("what goes into modules.img", () => {
  test.each(["r8169", "realtek", "libphy", "nfsv4", "sunrpc", "ext4", "r8125"])("%s is in", (name) => {
    expect(names).toContain(name);
  });
  test.each(["iwlwifi", "cfg80211", "i915", "mlx5_core"])("%s is not", (name) =>
    expect(names).not.toContain(name),
  );
  test("a soft dependency on an algorithm brings the modules that offer it", () =>
    expect(names).toContain("crc32c-intel"));
  test("a module can be added by name, however its dashes are written", () => {
    expect(pickModules(readIndex(texts), ["mlx5-core"]).join()).toContain("mlx5_core");
    expect(() => pickModules(readIndex(texts), ["mlx9"])).toThrow(/mlx9.*no module of this name/);
  });
});

test("depmod's files speak of the picked modules only, under the names they have in the pack", () => {
  const index = filterIndex(texts, picked);
  expect(index.dep).toContain(
    "kernel/drivers/net/ethernet/realtek/r8169.ko: kernel/drivers/net/phy/libphy.ko\n",
  );
  expect(index.dep).not.toMatch(/xz|zst|i915/);
  expect(index.alias).toBe("alias pci:v10ECd8168* r8169\nalias crypto-crc32c crc32c_intel\n");
  expect(index.softdep).toBe("softdep ext4 pre: crypto-crc32c\n");
});
