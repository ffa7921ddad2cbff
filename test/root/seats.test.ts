import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { seats } from "../../client/seats.ts";
import { suites } from "../../qemu/roots.ts";
import { type DebianClient, debianClient } from "./root.ts";

/** What udev makes of a device of this machine that can belong to a seat, with all the root's rules and ours. */
function udevOf(client: DebianClient): string {
  mkdirSync(`${client.root}/etc/udev/rules.d`, { recursive: true });
  writeFileSync(`${client.root}/etc/udev/rules.d/60-test.rules`, 'KERNEL=="null", TAG+="seat"\n');
  return client.exec("udevadm", "test", "--action=add", "/devices/virtual/mem/null").output;
}

describe.each(suites)("%s", (suite) => {
  test("UDEV_SEAT_n_x: udev gives the device to that seat", () => {
    const client = debianClient(suite, "[clients]\nUDEV_SEAT_1_A=*/mem/null\nUDEV_SEAT_2_B=*/mem/zero");
    seats(client);
    const output = udevOf(client);
    expect(output).toMatch(/\bID_SEAT=seat-1$/m);
    expect(output).not.toMatch(/72-ltsp-seats\.rules:\d/);
  });

  test("MULTISEAT: udev knows every word of the rules, the last of which counts", () => {
    const client = debianClient(suite, "[clients]\nMULTISEAT=1\nUDEV_SEAT_3_X=*/mem/null");
    const sys = `${client.root}/tmp/sys`;
    for (const [path, boot] of [
      ["pci0000:00/0000:00:02.0", "1"],
      ["pci0000:00/0000:00:04.0", "0"],
    ] as const) {
      mkdirSync(`${sys}/devices/${path}`, { recursive: true });
      writeFileSync(`${sys}/devices/${path}/class`, "0x030000\n");
      writeFileSync(`${sys}/devices/${path}/boot_vga`, `${boot}\n`);
    }
    mkdirSync(`${sys}/bus/pci`, { recursive: true });
    client.ask("ln", "-s", "../../devices/pci0000:00", "/tmp/sys/bus/pci/devices");
    seats(client, sys);
    expect(client.warnings).toEqual([]);
    const output = udevOf(client);
    expect(output).not.toMatch(/72-ltsp-seats\.rules:\d/);
    expect(output).toMatch(/\bID_SEAT=seat-3$/m);
    // Debian 12's udevadm has no verify.
    if (suite === "trixie") client.ask("udevadm", "verify", "/run/udev/rules.d/72-ltsp-seats.rules");
  });
});
