import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ensureDesktop } from "../../qemu/desktop.ts";
import { ensureImage } from "../../qemu/images.ts";
import { cache } from "../../qemu/paths.ts";
import { suites } from "../../qemu/roots.ts";
import type { DesktopCheck } from "./desktop/check.ts";
import { openRoom, type Room } from "./room.ts";

/** All that is set in the one client of each suite, and asked of it. */
const areas: Record<string, DesktopCheck> = {};

const macs = { bookworm: "52:54:00:67:00:51", trixie: "52:54:00:67:00:52" };

const conf = `
[clients]
HOSTNAME=desk%{IP}
INCLUDE=home
${Object.values(areas)
  .map((area) => area.conf)
  .join("\n")}

[home]
# What the image leaves out
POST_INIT_HOMES='for user in teacher pupil01 pupil02; do mkdir -p /home/$user && chown $user: /home/$user; done'

${Object.values(areas)
  .map((area) => area.sections ?? "")
  .join("\n")}

${suites
  .map(
    (suite, index) => `[${macs[suite]}]
HOSTNAME=pc0${index + 1}
DEFAULT_IMAGE=${suite}-desktop
`,
  )
  .join("\n")}
`;

const say = (what: string) => process.stdout.write(`${what}\n`);

let room: Room;
beforeAll(async () => {
  for (const suite of suites) await ensureImage(await ensureDesktop(suite, say), say);
  room = await openRoom(conf, { images: suites.map((suite) => `${suite}-desktop`) });
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

describe.each(suites)("a desktop of %s", (suite) => {
  it("is the client that ltsp.conf describes", { timeout: 900_000 }, async () => {
    const client = await room.powerOn({ mac: macs[suite], memoryMb: 2048, display: true });
    await client.login(400);
    const state = await client.run("systemctl is-system-running --wait; systemctl --failed --no-legend", 240);
    expect(state).toEqual({ status: 0, output: "running" });

    for (const { check } of Object.values(areas)) await check(client, suite, room);
    mkdirSync(join(cache, "screenshots"), { recursive: true });
    await client.screenshot(join(cache, "screenshots", `${suite}.png`));
  });
});
