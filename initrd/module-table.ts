/**
 * What of a kernel a netboot can need. An entry that ends in "/" is a directory below `kernel/`, with all in
 * it; any other is a module's name. What these depend on comes along by itself.
 */
interface Row {
  why: string;
  take: string[];
  /** Directories and modules that lie in those directories but are no use to a netboot. */
  but?: string[];
}

export const moduleTable: Row[] = [
  {
    why: "wired network cards",
    take: [
      "drivers/net/ethernet/",
      "drivers/net/hyperv/",
      "drivers/net/vmxnet3/",
      "virtio_net",
      "xen_netfront",
    ],
    but: [
      // An accelerator, no card.
      "drivers/net/ethernet/chelsio/inline_crypto/",
      // Adapters of data centres, 25 Gbit/s and more, which no PC in a room has: as much as all the other cards together,
      // for each client to fetch and to unpack. ltsp kernel --add-modules mlx5_core puts one back.
      "drivers/net/ethernet/broadcom/bnxt/",
      "drivers/net/ethernet/cavium/",
      "drivers/net/ethernet/chelsio/cxgb4/",
      "drivers/net/ethernet/chelsio/cxgb4vf/",
      "drivers/net/ethernet/chelsio/libcxgb/",
      "drivers/net/ethernet/cisco/",
      "drivers/net/ethernet/emulex/",
      "drivers/net/ethernet/huawei/",
      "drivers/net/ethernet/intel/ice/",
      "drivers/net/ethernet/mellanox/",
      "drivers/net/ethernet/netronome/",
      "drivers/net/ethernet/qlogic/qed/",
      "drivers/net/ethernet/qlogic/qede/",
      "drivers/net/ethernet/qlogic/qlcnic/",
      "drivers/net/ethernet/sfc/",
      // PCMCIA cards need a card service in user space.
      ...[
        "3c574_cs",
        "3c589_cs",
        "axnet_cs",
        "pcnet_cs",
        "nmclan_cs",
        "fmvj18x_cs",
        "smc91c92_cs",
        "xirc2ps_cs",
      ],
    ],
  },
  {
    why: "the chips that cards drive their cable with",
    take: ["drivers/net/phy/", "drivers/net/mdio/", "drivers/net/pcs/"],
  },
  {
    why: "USB network adapters and docks",
    take: ["drivers/net/usb/"],
    // Mobile phones and modems: no PXE firmware boots through one.
    but: [
      "cdc_mbim",
      "qmi_wwan",
      "hso",
      "sierra_net",
      "cdc_phonet",
      "huawei_cdc_ncm",
      "ipheth",
      "kalmia",
      "lg_vl600",
      "cx82310_eth",
    ],
  },
  {
    why: "drivers that card makers ship apart (DKMS), found by name wherever they are installed",
    take: [
      "r8101",
      "r8125",
      "r8126",
      "r8127",
      "r8168",
      "r8152",
      "e1000e",
      "igb",
      "igc",
      "ixgbe",
      "atlantic",
      "alx",
      "tg3",
      "yt6801",
      "tn40xx",
    ],
  },
  {
    why: "the buses those cards sit on",
    take: [
      "virtio_pci",
      "virtio_mmio",
      "hv_vmbus",
      "pci_hyperv",
      "xhci_pci",
      "xhci_plat_hcd",
      "ehci_pci",
      "uhci_hcd",
      "ohci_pci",
    ],
  },
  { why: "DHCP before the card has an address", take: ["af_packet"] },
  {
    why: "where a root comes from, and how it is mounted",
    take: [
      "nfs",
      "nfsv3",
      "nfsv4",
      "nbd",
      "loop",
      "squashfs",
      "overlay",
      "erofs",
      "ext4",
      "isofs",
      "dm_verity",
    ],
  },
  {
    why: "checksums that ext4 and dm-verity ask the kernel for by algorithm",
    take: ["crc32c_generic", "crc32c_intel", "libcrc32c", "sha256_generic", "sha256_ssse3"],
  },
  {
    why: "roots on a local disk (file:/dev/…)",
    take: ["ahci", "nvme", "sd_mod", "usb_storage", "virtio_blk", "virtio_scsi"],
  },
  {
    why: "a keyboard for the rescue shell",
    take: ["i8042", "atkbd", "usbhid", "hid_generic", "hyperv_keyboard", "virtio_input"],
  },
];

/**
 * Cards that do nothing before the driver has given them their firmware. Without it in the root, their driver,
 * which is of the largest, would only be carried along: it makes room for the others in what each client fetches.
 */
export const needFirmware = new Set([
  ...["bna", "bnx2", "bnx2x", "kaweth", "liquidio", "nfp", "prestera_pci", "starfire", "tehuti", "typhoon"],
]);
