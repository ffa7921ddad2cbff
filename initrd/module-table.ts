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
      // Accelerators, no cards.
      "drivers/net/ethernet/chelsio/inline_crypto/",
      "cnic",
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
  { why: "NETCONSOLE", take: ["netconsole"] },
  {
    why: "a keyboard for the rescue shell",
    take: ["i8042", "atkbd", "usbhid", "hid_generic", "hyperv_keyboard", "virtio_input"],
  },
];

/** Network cards that no PC has. */
interface RareCards {
  maker: string;
  /** Their PCI vendor IDs: four hexadecimal digits in lower case, as iPXE writes them. */
  vendors: string[];
  /** Their drivers, written as in a Row. */
  take: string[];
}

/**
 * Cards of servers and data centres. Their drivers are as much as all others together, so they are in a file of
 * their own, modules-rare.img, which only a client whose card is of one of these vendors fetches. Intel's and
 * Broadcom's (ice, bnxt_en) are not here, since PCs too have cards of these two.
 */
export const rareCards: RareCards[] = [
  { maker: "Amazon", vendors: ["1d0f"], take: ["drivers/net/ethernet/amazon/"] },
  { maker: "Brocade", vendors: ["1657"], take: ["drivers/net/ethernet/brocade/"] },
  { maker: "Cavium", vendors: ["177d"], take: ["drivers/net/ethernet/cavium/", "octeon_ep", "octeon_ep_vf"] },
  { maker: "Chelsio", vendors: ["1425"], take: ["drivers/net/ethernet/chelsio/"] },
  { maker: "Cisco", vendors: ["1137"], take: ["drivers/net/ethernet/cisco/"] },
  { maker: "Emulex", vendors: ["10df", "19a2"], take: ["drivers/net/ethernet/emulex/"] },
  { maker: "Fungible", vendors: ["1dad"], take: ["drivers/net/ethernet/fungible/"] },
  { maker: "Google", vendors: ["1ae0"], take: ["drivers/net/ethernet/google/"] },
  { maker: "Huawei", vendors: ["19e5"], take: ["drivers/net/ethernet/huawei/"] },
  { maker: "Mellanox", vendors: ["15b3"], take: ["drivers/net/ethernet/mellanox/"] },
  { maker: "Meta", vendors: ["1d9b"], take: ["drivers/net/ethernet/meta/"] },
  { maker: "Microsoft", vendors: ["1414"], take: ["drivers/net/ethernet/microsoft/"] },
  { maker: "Myricom", vendors: ["14c1"], take: ["drivers/net/ethernet/myricom/"] },
  { maker: "Neterion", vendors: ["17d5"], take: ["drivers/net/ethernet/neterion/"] },
  { maker: "Netronome", vendors: ["19ee", "1da8"], take: ["drivers/net/ethernet/netronome/"] },
  { maker: "Pensando", vendors: ["1dd8"], take: ["drivers/net/ethernet/pensando/"] },
  { maker: "QLogic", vendors: ["1077", "4040"], take: ["drivers/net/ethernet/qlogic/"] },
  { maker: "Solarflare", vendors: ["1924", "10ee"], take: ["drivers/net/ethernet/sfc/"] },
  { maker: "Sun", vendors: ["108e"], take: ["niu"] },
];

/**
 * Cards that do nothing before the driver has given them their firmware. Without it in the root, their driver,
 * which is of the largest, would only be carried along: it makes room for the others in what each client fetches.
 */
export const needFirmware = new Set([
  ...["bna", "bnx2", "bnx2x", "kaweth", "liquidio", "nfp", "prestera_pci", "starfire", "tehuti", "typhoon"],
]);
