import type { Client } from "./facts.ts";
import { writeText } from "./files.ts";

/** /etc/fstab: only FSTAB_x. The image's own names the disks of the machine that the image was made from. */
export function fstab({ root, settings }: Client): void {
  const lines = settings.family("FSTAB_").map(({ value }) => value);
  writeText(
    `${root}/etc/fstab`,
    `${["# Written by ltsp at boot: the FSTAB_x lines of ltsp.conf.", ...lines].join("\n")}\n`,
  );
}
