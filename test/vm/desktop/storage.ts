import { expect } from "vitest";
import type { DesktopCheck } from "./check.ts";

/** A name that systemd must escape. */
const directory = "/srv/my images";

/** A network mount by `server`, a crontab, zram in a client that is short of memory. */
export const storage: DesktopCheck = {
  conf: `FSTAB_IMAGES="server:/srv/ltsp ${directory.replace(" ", "\\\\040")} nfs ro,x-systemd.mount-timeout=200s 0 0"
CRONTAB_RAN="* * * * * root id -un >/run/cron-ran"
ZRAM_SWAP=50%`,

  async check(client) {
    expect(await client.ask(`findmnt --noheadings --output SOURCE '${directory}'`)).toBe("server:/srv/ltsp");
    const unit = await client.ask(`systemd-escape --path --suffix=mount '${directory}'`);
    const after = await client.ask(`systemctl show --property=After --value '${unit}'`);
    expect(after).toContain("remote-fs-pre.target");
    // Which would be NetworkManager's.
    expect(after).not.toContain("network");
    // Logins wait for it.
    const before = await client.ask(`systemctl show --property=Before --value '${unit}'`);
    expect(before).toContain("remote-fs.target");

    expect(await client.ask("swapon --show=NAME,PRIO --noheadings --raw")).toBe("/dev/zram0 100");
    await client.ask("until test -s /run/cron-ran; do sleep 1; done", 90);
    expect(await client.ask("cat /run/cron-ran")).toBe("root");
  },
};
