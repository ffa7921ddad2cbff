import {
  excludes,
  flag,
  imageName,
  kernelInitrd,
  menuText,
  menuWords,
  milliseconds,
} from "../parameter-types.ts";
import type { Row } from "./row.ts";

/** Images and the menu they are chosen from. */
export const server: Row[] = [
  {
    name: "ADD_IMAGE_EXCLUDES",
    type: excludes,
    readers: ["image"],
    help: "Leave these files out of images, too.",
    example: 'ADD_IMAGE_EXCLUDES="opt/games/*"',
  },
  {
    name: "DEFAULT_IMAGE",
    type: imageName,
    default: "the first image by name",
    readers: ["ipxe"],
    help: "The image that the boot menu starts by itself. Under [server] for all clients, under a MAC address for one.",
    example: "DEFAULT_IMAGE=bookworm",
  },
  {
    name: "IPXE_x",
    type: menuText,
    default: "the image's name",
    readers: ["ipxe"],
    help: "The title of an image in the boot menu. The x is the image's name, with _ for what is no letter or digit.",
    example: 'IPXE_BOOKWORM="Debian 12"',
  },
  {
    name: "KERNEL_INITRD",
    type: kernelInitrd,
    readers: ["image", "kernel"],
    help: "Take also the modules, firmware and module options of the distribution's initrd. Two words: where kernels are in the root, and how sed makes an initrd's path of a kernel's.",
    example: 'KERNEL_INITRD="boot/vmlinuz-* s|vmlinuz|initrd.img|"',
  },
  {
    name: "KERNEL_PARAMETERS",
    type: menuWords,
    readers: ["ipxe"],
    help: "What the boot menu adds to the kernel command line. Under [server] for all clients, under a MAC address for one.",
    example: 'KERNEL_PARAMETERS="quiet splash"',
  },
  {
    name: "MENU_TIMEOUT",
    type: milliseconds,
    default: "5000",
    readers: ["ipxe"],
    help: "How long the boot menu waits for a key. Under [server] for all clients, under a MAC address for one.",
    example: "MENU_TIMEOUT=3000",
  },
  {
    name: "NAT",
    type: flag,
    default: "0",
    readers: ["dnsmasq"],
    planned: true,
    help: "Let the clients reach the Internet through the server's other network card.",
    example: "NAT=1",
  },
  {
    name: "OMIT_IMAGE_EXCLUDES",
    type: excludes,
    readers: ["image"],
    help: "Keep these files in images, although they are in the built-in list of excludes.",
    example: 'OMIT_IMAGE_EXCLUDES="home/*"',
  },
  {
    name: "RPI_IMAGE",
    type: imageName,
    readers: ["kernel"],
    help: "The root that Raspberry Pis boot over NFS. Their firmware knows no menu, and looks for its files in the TFTP root, where ltsp kernel links them.",
    example: "RPI_IMAGE=raspios",
  },
];
