import { closeSync, openSync, readdirSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import type { BootFiles } from "./boot-files.ts";
import { busybox } from "./busybox.ts";
import { kexecFileLoad, rebootIntoLoaded, SystemCallError } from "./syscalls.ts";

const remedies: Record<string, string> = {
  EPERM: "Secure Boot forbids it.",
  ENOSYS: "This kernel is built without it.",
  ENOMEM: "This PC has too little memory for two kernels at once.",
};

/** Starts another kernel in the place of this one, which returns only as a Failure. */
export function kexec({ kernel, initrd }: BootFiles, cmdline: string): void {
  try {
    load(kernel, initrd, cmdline);
    stopCards();
    rebootIntoLoaded();
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    throw new Failure(
      "unsupported",
      "kexec",
      `this kernel does not start another (${error.code})`,
      remedies[error.code] ?? "On the server: ltsp image --check, with the image's name",
      { cause: error },
    );
  }
}

function load(kernel: string, initrd: string, cmdline: string): void {
  const files = [kernel, initrd].map((path) => openSync(path, "r")) as [number, number];
  try {
    kexecFileLoad(...files, cmdline);
  } finally {
    for (const fd of files) closeSync(fd);
  }
}

/** What a card receives it writes to memory by itself, which is the next kernel's then. */
function stopCards(): void {
  for (const card of readdirSync("/sys/class/net")) busybox("ip", "link", "set", "dev", card, "down");
}
