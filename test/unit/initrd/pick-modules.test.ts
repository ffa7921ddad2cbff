import { describe, expect, test } from "vitest";
import { readIndex } from "../../../initrd/module-index.ts";
import { rareCards } from "../../../initrd/module-table.ts";
import { filterIndex, pickModules } from "../../../initrd/pick-modules.ts";

const texts = {
  dep: [
    "kernel/drivers/net/ethernet/realtek/r8169.ko.xz: kernel/drivers/net/phy/libphy.ko.xz",
    "kernel/drivers/net/phy/libphy.ko.xz:",
    "kernel/drivers/net/phy/realtek.ko.xz: kernel/drivers/net/phy/libphy.ko.xz",
    "kernel/drivers/net/wireless/iwlwifi.ko.xz: kernel/net/cfg80211.ko.xz",
    "kernel/net/cfg80211.ko.xz:",
    "kernel/drivers/net/ethernet/mellanox/mlx4/mlx4_core.ko.xz: kernel/net/devlink.ko.xz kernel/drivers/net/phy/libphy.ko.xz",
    "kernel/drivers/net/ethernet/mellanox/mlx4/mlx4_en.ko.xz: kernel/drivers/net/ethernet/mellanox/mlx4/mlx4_core.ko.xz",
    "kernel/drivers/net/ethernet/sfc/sfc.ko.xz:",
    "kernel/drivers/net/ethernet/intel/ice/ice.ko.xz:",
    "kernel/drivers/net/ethernet/broadcom/cnic.ko.xz:",
    "kernel/drivers/net/ethernet/3com/3c589_cs.ko.xz:",
    "kernel/drivers/net/usb/ax88179_178a.ko.xz:",
    "kernel/drivers/net/usb/qmi_wwan.ko.xz:",
    "kernel/net/devlink.ko.xz:",
    "kernel/fs/nfs/nfsv4.ko.xz: kernel/net/sunrpc/sunrpc.ko.xz",
    "kernel/net/sunrpc/sunrpc.ko.xz:",
    "kernel/fs/ext4/ext4.ko.xz:",
    "kernel/arch/x86/crypto/crc32c-intel.ko.xz:",
    "kernel/drivers/gpu/i915.ko.xz:",
    "updates/dkms/r8125.ko.zst:",
    "",
  ].join("\n"),
  softdep: "# depmod\nsoftdep ext4 pre: crypto-crc32c\nsoftdep iwlwifi post: iwlmvm\n",
  alias: [
    "alias pci:v000010ECd00008168sv*sd*bc*sc*i* r8169",
    "alias pci:v00008086d00003E92sv*sd*bc*sc*i* i915",
    "alias pci:v000015B3d00001003sv*sd*bc*sc*i* mlx4_core",
    "alias pci:v00001924d00000A03sv*sd*bc*sc*i* sfc",
    "alias pci:v00001022d00001234sv*sd*bc*sc*i* sfc",
    "alias crypto-crc32c crc32c_intel",
    "",
  ].join("\n"),
};
const { common, rare } = pickModules(readIndex(texts));
const names = (paths: string[]) => paths.map((path) => path.replace(/.*\/|\.ko.*/g, ""));

describe("what a netboot can need", () => {
  test.each(["r8169", "realtek", "libphy", "ice", "ax88179_178a", "nfsv4", "sunrpc", "ext4", "r8125"])(
    "%s is in modules.img",
    (name) => expect(names(common)).toContain(name),
  );
  test("the drivers of cards that no PC has, and what only they need, are in modules-rare.img", () =>
    expect(names(rare)).toEqual(["mlx4_core", "mlx4_en", "devlink"]));
  test("a rare vendor's driver that serves another vendor's card too is in modules.img", () =>
    expect(names(common)).toContain("sfc"));
  test.each(["iwlwifi", "cfg80211", "i915", "cnic", "3c589_cs", "qmi_wwan"])("%s is in neither", (name) =>
    expect(names([...common, ...rare])).not.toContain(name),
  );
  test("a soft dependency on an algorithm brings the modules that offer it", () =>
    expect(names(common)).toContain("crc32c-intel"));
});

test("the vendors of rare cards are written as iPXE writes them, and none makes cards of PCs", () => {
  const vendors = rareCards.flatMap((row) => row.vendors);
  for (const vendor of vendors) expect(vendor).toMatch(/^[0-9a-f]{4}$/);
  const [intel, broadcom, realtek, aquantia, virtio, vmware] = [
    "8086",
    "14e4",
    "10ec",
    "1d6a",
    "1af4",
    "15ad",
  ];
  for (const vendor of [intel, broadcom, realtek, aquantia, virtio, vmware])
    expect(vendors).not.toContain(vendor);
});

test("depmod's files speak of the picked modules only, under the names they have in the pack", () => {
  const index = filterIndex(texts, common);
  expect(index.dep).toContain(
    "kernel/drivers/net/ethernet/realtek/r8169.ko: kernel/drivers/net/phy/libphy.ko\n",
  );
  expect(index.dep).not.toMatch(/xz|zst|i915/);
  expect(index.alias.split("\n").map((line) => line.split(" ")[2])).toEqual([
    "r8169",
    "sfc",
    "sfc",
    "crc32c_intel",
    undefined,
  ]);
  expect(index.softdep).toBe("softdep ext4 pre: crypto-crc32c\n");
});
