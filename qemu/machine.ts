import { existsSync } from "node:fs";
import { Failure } from "../conf/failure.ts";

/** Where a disk is plugged in. QEMU 7.2 has SD cards, but no eMMC yet. */
export type DiskBus = "sata" | "nvme" | "virtio" | "sd-card" | "usb";

/** A diskless PC as one would order it, or one with disks after all. */
export interface ClientSpec {
  /** Lower case with colons, as in 52:54:00:67:00:01. */
  mac: string;
  firmware?: "bios" | "uefi";
  memoryMb?: number;
  cpus?: number;
  /** QEMU's name of the network card. */
  nic?: "virtio-net-pci" | "e1000" | "e1000e" | "rtl8139" | "vmxnet3";
  /** With a screen on its graphics card, a second card, and two keyboards and a mouse at USB. */
  display?: boolean;
  /** What is on its disks: files, which are written to. */
  disks?: { bus: DiskBus; file: string }[];
  /** Boot this kernel rather than by PXE. */
  direct?: { kernel: string; initrd: string; cmdline: string };
}

export interface MachineFiles {
  tap: string;
  qmp: string;
  /** UEFI's variables, this machine's own copy. */
  vars: string;
}

const ovmf = "/usr/share/OVMF";
export const ovmfVars = `${ovmf}/OVMF_VARS_4M.fd`;

/** QEMU's command line for it: emulated in software, no disk, the serial console on stdin and stdout. */
export function qemuCommand(spec: ClientSpec, files: MachineFiles): string[] {
  const nic = spec.nic ?? "virtio-net-pci";
  const net = `${nic},netdev=lan,mac=${spec.mac}${spec.direct === undefined ? ",bootindex=0" : ""}`;
  return [
    "qemu-system-x86_64",
    ...["-accel", "tcg,thread=multi", "-cpu", "max"],
    ...["-smp", String(spec.cpus ?? 2), "-m", String(spec.memoryMb ?? 1536)],
    ...["-nodefaults", "-nographic", "-no-reboot"],
    ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...["-qmp", `unix:${files.qmp},server=on,wait=off`],
    ...["-netdev", `tap,id=lan,ifname=${files.tap},script=no,downscript=no`, "-device", net],
    // Without a source of randomness the kernel waits for entropy that an emulated CPU is slow to give.
    ...["-device", "virtio-rng-pci"],
    ...(spec.disks ?? []).flatMap(disk),
    ...(spec.display ? display : []),
    ...(spec.firmware === "uefi" ? uefi(files.vars) : []),
    ...(spec.direct === undefined ? [] : direct(spec.direct)),
  ];
}

/** The ports say which of the USB devices is on which seat. */
const display = [
  ...["-device", "VGA", "-device", "bochs-display"],
  ...["-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0,port=1"],
  ...["-device", "usb-mouse,bus=usb.0,port=2", "-device", "usb-kbd,bus=usb.0,port=3"],
];

/** A disk's device and the controller that it needs; $ is its number. */
const diskDevices: Record<DiskBus, string[]> = {
  sata: ["ahci,id=sata$", "ide-hd,bus=sata$.0,drive=disk$"],
  nvme: ["nvme,serial=disk$,drive=disk$"],
  virtio: ["virtio-blk-pci,drive=disk$"],
  "sd-card": ["sdhci-pci", "sd-card,drive=disk$"],
  usb: ["qemu-xhci,id=usb$", "usb-storage,bus=usb$.0,drive=disk$"],
};

function disk({ bus, file }: { bus: DiskBus; file: string }, index: number): string[] {
  const devices = diskDevices[bus].map((device) => device.replaceAll("$", String(index)));
  return [
    ...["-drive", `if=none,id=disk${index},format=raw,file=${file}`],
    ...devices.flatMap((device) => ["-device", device]),
  ];
}

function uefi(vars: string): string[] {
  const code = `${ovmf}/OVMF_CODE_4M.fd`;
  if (!existsSync(code))
    throw new Failure("missing", code, "there is no UEFI firmware", "Install it: npm run setup");
  return [
    ...["-drive", `if=pflash,format=raw,readonly=on,file=${code}`],
    ...["-drive", `if=pflash,format=raw,file=${vars}`],
  ];
}

function direct({ kernel, initrd, cmdline }: { kernel: string; initrd: string; cmdline: string }): string[] {
  return ["-kernel", kernel, "-initrd", initrd, "-append", cmdline];
}
