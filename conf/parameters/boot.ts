import { flag, host, hostPort, names, section, shell } from "../parameter-types.ts";
import type { Row } from "./row.ts";

/** The client's boot, and what it tells. */
export const boot: Row[] = [
  {
    name: "ADMINISTRATIVE_CLIENT",
    type: flag,
    default: "0",
    readers: ["init"],
    help: "Boot this client read-write, straight on a root over NFS. What is changed there stays changed, for all clients; no hook and none of the settings that write files into the root.",
    example: "ADMINISTRATIVE_CLIENT=1",
  },
  {
    name: "DEBUG_LOG",
    type: flag,
    default: "0",
    readers: ["init"],
    help: "Keep the boot's messages in /run/ltsp/debug.log, with the time of each, how long each step took, and a trace of the hooks.",
    example: "DEBUG_LOG=1",
  },
  {
    name: "DEBUG_SHELL",
    type: flag,
    default: "0",
    readers: ["init"],
    help: "Open a shell on the console when the boot fails, instead of starting again. Anybody at that PC is root in it.",
    example: "DEBUG_SHELL=1",
  },
  {
    name: "IMAGE_TO_RAM",
    type: flag,
    default: "0",
    readers: ["init"],
    help: "Copy the image to the client's RAM, and let go of the server. An image that does not fit stays on the server.",
    example: "IMAGE_TO_RAM=1",
  },
  {
    name: "INCLUDE",
    type: section,
    readers: [],
    help: "Take in that section, here. It is evaluated once, however often it is included.",
    example: "INCLUDE=old_pcs",
  },
  {
    name: "NETCONSOLE",
    type: hostPort,
    readers: ["init"],
    help: "Send the kernel's messages to this host, by UDP. The port is 6666 if none is given.",
    example: "NETCONSOLE=192.168.67.1:6666",
  },
  {
    name: "OMIT_FUNCTIONS",
    type: names,
    readers: ["init", "image"],
    help: "Steps that are left out: of the boot, as ltsp-init(8) names them; of ltsp image, as ltsp-image(8) does.",
    example: "OMIT_FUNCTIONS=hosts",
  },
  {
    name: "POST_INIT_x",
    type: shell,
    readers: ["init"],
    help: "Run this in the client's root after it was configured, before systemd starts.",
    example: 'POST_INIT_MOTD="echo Welcome > /etc/motd"',
  },
  {
    name: "PRE_INIT_x",
    type: shell,
    readers: ["init"],
    help: "Run this in the client's root before it is configured.",
    example: 'PRE_INIT_CLEAN="rm -f /etc/resolv.conf"',
  },
  {
    name: "SERVER",
    type: host,
    default: "the machine that the client boots from",
    readers: ["init"],
    help: "The server, where it is not the machine that the client boots from.",
    example: "SERVER=192.168.67.1",
  },
  {
    name: "SYSLOG_HOST",
    type: hostPort,
    readers: ["init"],
    help: "Send the client's log to this host, over UDP. The port is 514 if none is given.",
    example: "SYSLOG_HOST=192.168.67.1",
  },
];
