import { expect } from "vitest";
import type { Client } from "../../../qemu/client.ts";
import type { DesktopCheck } from "./check.ts";

/** What systemd says of a unit: "disabled inactive", in alphabetical order. */
async function states(client: Client, unit: string): Promise<string> {
  const show = `systemctl show --value --property=UnitFileState --property=ActiveState ${unit}`;
  return (await client.ask(show)).trim().split(/\s+/).sort().join(" ");
}

/** Units, the journal and time-outs, as the running systemd has them. */
export const services: DesktopCheck = {
  conf: `
DISABLE_SYSTEM_SERVICES="accounts-daemon"
MASK_SYSTEM_SERVICES="fstrim"
KEEP_SYSTEM_SERVICES="ssh"
DISABLE_SESSION_SERVICES="snapd.session-agent.socket"
MASK_SESSION_SERVICES="bluetooth.target"
KEEP_SESSION_SERVICES="pk-debconf-helper.socket"
JOURNAL_SIZE=16M`,

  async check(client) {
    await client.run("systemctl is-system-running --wait", 240);
    for (const unit of ["dnsmasq.service", "nfs-server.service", "ModemManager.service", "man-db.timer"])
      expect([unit, await states(client, unit)]).toEqual([unit, "disabled inactive"]);
    const masked = [
      "apt-daily.timer",
      "systemd-random-seed.service",
      "alsa-restore.service",
      "fstrim.service",
    ];
    for (const unit of masked) expect([unit, await states(client, unit)]).toEqual([unit, "inactive masked"]);
    expect(await states(client, "ssh.service")).toBe("active enabled");
    // A greeter may have started it, by D-Bus.
    expect((await client.run("systemctl is-enabled accounts-daemon")).output).toBe("disabled");
    // On Debian 12 it is a SysV script, of which a generator makes the unit.
    expect((await client.run("systemctl is-active nbd-server")).output).toBe("inactive");

    const session = async (unit: string) =>
      (await client.run(`systemctl --global is-enabled ${unit}`)).output;
    expect(await session("snapd.session-agent.socket")).toBe("disabled");
    expect(await session("bluetooth.target")).toBe("masked");
    expect(await session("pk-debconf-helper.socket")).toBe("enabled");

    const journald = await client.ask("journalctl --boot --output=cat --unit=systemd-journald");
    expect(journald).toMatch(/Runtime Journal .* max 16(\.0)?M/);
    expect(await client.ask("systemctl show --value --property=DefaultTimeoutStopUSec")).toBe("10s");
    expect(await client.ask("systemctl show --value --property=TimeoutStopUSec user@0.service")).toBe("10s");
    // What the image's packages have updated is not updated again.
    const ran = await client.ask(
      "systemctl show --value --property=ConditionResult ldconfig systemd-hwdb-update",
    );
    expect(ran).not.toContain("yes");
    expect(await client.ask("systemctl list-jobs --no-legend | grep -c '[.]device' || true")).toBe("0");
  },
};
