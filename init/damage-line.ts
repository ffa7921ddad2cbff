import { BUSYBOX, keepBusybox } from "../client/busybox.ts";
import type { Client } from "../client/facts.ts";
import { writeText } from "../client/files.ts";
import { quoted } from "../conf/settings.ts";
import type { CheckedImage } from "./verity.ts";

const SCRIPT = "ltsp/image-damaged";

/**
 * Says on the console of the running system, too, that the image is damaged, in words for who administers it, and at
 * most once a minute: dm-verity sends a uevent for each block that it finds changed, up to 100 of them. The
 * kernel's own lines ("data block 5 is corrupted") stay beside it.
 */
export function damageLine(client: Client, image: CheckedImage): void {
  keepBusybox(client);
  writeText(`${client.run}/${SCRIPT}`, script(image), 0o755);
  const match = 'ACTION=="change", SUBSYSTEM=="block", ENV{DM_VERITY_ERR_BLOCK_NR}=="?*"';
  const rule = `${match}, RUN+="/run/${SCRIPT}"\n`;
  writeText(`${client.run}/udev/rules.d/90-ltsp-image-damaged.rules`, `# Written by ltsp at boot.\n${rule}`);
}

/**
 * What udev runs: the shell's own commands alone, as others may be in what cannot be read. The uevent's
 * DM_VERITY_ERR_BLOCK_NR is "0,5" for block 5 of the data, "1,5" for one of the hashes.
 */
function script({ on, name, version }: CheckedImage): string {
  const last = `/run/${SCRIPT}.last`;
  const block = `is not what version ${version} has there, and cannot be read`;
  const remedy = `On the server: ltsp image --check ${name}`;
  return [
    `#!${BUSYBOX} sh`,
    "IFS=. read -r now rest </proc/uptime",
    `[ -e ${last} ] && read -r last <${last} && [ $((now - last)) -lt 60 ] && exit`,
    `echo $now >${last}`,
    "IFS=,; set -- $DM_VERITY_ERR_BLOCK_NR",
    `echo "<3>ltsp: "${quoted(on)}": the image is damaged: block $2 ${block}. ${remedy}" >/dev/kmsg`,
    "",
  ].join("\n");
}
