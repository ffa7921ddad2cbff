/** The Debian packages that building and trying ltsp out takes, and what each is for. */
export const packages: Readonly<Record<string, string>> = {
  "ca-certificates": "mirrors over https",
  "debian-archive-keyring": "mmdebstrap checks what it fetches",
  mmdebstrap: "makes the Debian roots",
  "squashfs-tools": "images",
  "cryptsetup-bin": "veritysetup: the images' hash trees",
  zstd: "the boot set's compression",
  "xz-utils": "kernel modules of Debian 13 (.ko.xz)",
  kmod: "modules.dep for the module pack",
  "busybox-static": "the client's shim; the HTTP server",
  ipxe: "iPXE for PXE firmware: undionly.kpxe, snponly.efi",
  "ipxe-qemu": "PXE in the emulated network cards",
  "qemu-system-x86": "the clients",
  "qemu-system-common": "qemu-storage-daemon: virtual machines' disks as sources",
  "qemu-utils": "qemu-img: makes such disks",
  ovmf: "UEFI firmware for them",
  "dnsmasq-base": "DHCP and TFTP, without its service",
  "nfs-ganesha": "NFS",
  "nfs-ganesha-vfs": "NFS: its access to plain directories",
  rpcbind: "NFS 3",
  "nbd-server": "NBD",
  iproute2: "the virtual LAN",
  mount: "the virtual LAN's /run and /sys",
  "util-linux": "the virtual LAN: unshare, nsenter",
  procps: "kill, in the virtual LAN",
  xvfb: "a screen for the roots' programs",
};

/** Those that would serve this machine's own network when it starts, which nobody asked for. */
export const services: Readonly<Record<string, readonly string[]>> = {
  "nfs-ganesha": ["nfs-ganesha.service"],
  "nbd-server": ["nbd-server.service"],
  rpcbind: ["rpcbind.service", "rpcbind.socket"],
};

/** Those of `wanted` that are not installed, by dpkg-query's lines of `STATUS PACKAGE`. */
export function missingPackages(wanted: readonly string[], dpkg: string): string[] {
  const installed = new Set<string>();
  for (const line of dpkg.split("\n")) {
    const [status, name] = line.split(" ");
    if (status === "installed" && name !== undefined) installed.add(name);
  }
  return wanted.filter((name) => !installed.has(name));
}
