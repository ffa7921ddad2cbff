import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../qemu/client.ts";
import { ensureDesktop } from "../../qemu/desktop.ts";
import { ensureImage } from "../../qemu/images.ts";
import { cache } from "../../qemu/paths.ts";
import { suites } from "../../qemu/roots.ts";
import type { DesktopCheck } from "./desktop/check.ts";
import { display } from "./desktop/display.ts";
import { network } from "./desktop/network.ts";
import { screens } from "./desktop/screens.ts";
import { services } from "./desktop/services.ts";
import { servicesOfTheDesktop } from "./desktop/services-of-the-desktop.ts";
import { storage } from "./desktop/storage.ts";
import { openRoom, type Room } from "./room.ts";

/** All that is set for the one client of each suite, and asked of it, in this order. */
const areas: [string, DesktopCheck][] = Object.entries({
  display,
  screens,
  services,
  servicesOfTheDesktop,
  storage,
  network,
});

const macs = { bookworm: "52:54:00:67:00:51", trixie: "52:54:00:67:00:52" };

const conf = `
[clients]
# The users' homes are not in the image.
POST_INIT_HOMES='for user in teacher pupil01 pupil02; do mkdir -p /home/$user && chown $user: /home/$user; done'
${areas.map(([, { conf }]) => conf).join("\n")}

${areas.map(([, { sections }]) => sections ?? "").join("\n")}

${suites
  .map((suite, index) => `[${macs[suite]}]\nHOSTNAME=pc0${index + 1}\nDEFAULT_IMAGE=${suite}-desktop\n`)
  .join("\n")}
`;

/** Pictures of what the clients show, kept for whoever wants to see them. */
const screenshots = join(cache, "screenshots");

const say = (what: string) => process.stdout.write(`${what}\n`);

let room: Room;
beforeAll(async () => {
  for (const suite of suites) await ensureImage(await ensureDesktop(suite, say), say);
  room = await openRoom(conf, { images: suites.map((suite) => `${suite}-desktop`) });
  mkdirSync(screenshots, { recursive: true });
});
afterAll(() => room?.close());

describe.each(suites)("a desktop of %s is the client that ltsp.conf describes", (suite) => {
  let client: Client;
  beforeAll(async () => {
    client = await room.powerOn({ mac: macs[suite], memoryMb: 2048, display: true });
    await client.login(400);
  });
  afterAll(() => room.allOff());

  it("no unit has failed, and nothing waits for us", { timeout: 400_000 }, async () => {
    const state = await client.run("systemctl is-system-running --wait; systemctl --failed --no-legend", 300);
    expect(state).toEqual({ status: 0, output: "running" });
    expect(await client.ask("systemd-analyze critical-chain | cat")).not.toMatch(/ltsp/);
  });

  it.each(areas)("%s", { timeout: 600_000 }, async (area, { check }) => {
    await check(client, suite, room);
    await client.screenshot(join(screenshots, `${suite}-${area}.png`));
  });
});
