import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../qemu/client.ts";
import { ensureDesktop } from "../../qemu/desktop.ts";
import { ensureImage } from "../../qemu/images.ts";
import { type Suite, suites } from "../../qemu/roots.ts";
import { type SeatSession, seatSession } from "./desktop/display.ts";
import { openRoom, type Room } from "./room.ts";

const macs: Record<Suite, string> = { bookworm: "52:54:00:67:00:61", trixie: "52:54:00:67:00:62" };

const conf = `
[clients]
AUTOLOGIN="pc/pupil"
LTSPDM_USERS="t.*"
LIGHTDM_CONF="greeter-hide-users=false"
GDM3_CONF="WaylandEnable=false"
SDDM_CONF="[X11]
ServerArguments=-nolisten tcp -dpi 96"
POST_INIT_HOMES='for user in teacher pupil01 pupil02; do mkdir -p /home/$user && chown $user: /home/$user; done'

${suites.map((suite, index) => `[${macs[suite]}]\nHOSTNAME=pc0${index + 1}\nDEFAULT_IMAGE=${suite}-desktop\n`).join("\n")}
`;

const say = (what: string) => process.stdout.write(`${what}\n`);

let room: Room;
beforeAll(async () => {
  for (const suite of suites) await ensureImage(await ensureDesktop(suite, say), say);
  room = await openRoom(conf, { images: suites.map((suite) => `${suite}-desktop`) });
}, 900_000);
afterEach(() => room?.allOff());
afterAll(() => room?.close());

/** Logs the user out as a person would, who has seen the desktop: its session manager ends. */
async function logOut(client: Client, { user }: SeatSession): Promise<void> {
  await client.ask(`until pgrep -u ${user} -x icewm; do sleep 1; done; sleep 5`, 240);
  await client.ask(`pkill -u ${user} -f "x-session-manager|icewm-session"`);
}

/** Has another display manager show the client's login screen. */
async function start(
  client: Client,
  manager: string,
  instead: string,
  before: SeatSession,
): Promise<SeatSession> {
  await client.ask(
    `systemctl stop ${instead}; loginctl terminate-seat seat0; sleep 3; systemctl start ${manager}`,
    120,
  );
  return seatSession(client, before.id);
}

describe.each(suites)("the display managers of %s", (suite) => {
  const user = { bookworm: "pupil01", trixie: "pupil02" }[suite];

  it("log in the user that AUTOLOGIN makes of the hostname, and again after a logout", {
    timeout: 1_800_000,
  }, async () => {
    const client = await room.powerOn({ mac: macs[suite], memoryMb: 2048, display: true });
    await client.login(400);

    const lightdm = await seatSession(client);
    expect(lightdm).toMatchObject({ user, service: "lightdm-autologin" });
    await logOut(client, lightdm);
    const again = await seatSession(client, lightdm.id);
    expect(again).toMatchObject({ user, service: "lightdm-autologin" });

    const sddm = await start(client, "sddm", "lightdm", again);
    expect(sddm).toMatchObject({ user, service: "sddm-autologin" });
    expect(await client.ask("ps -o args= -C Xorg")).toContain("-dpi 96");
    await logOut(client, sddm);
    const more = await seatSession(client, sddm.id);
    expect(more).toMatchObject({ user, service: "sddm-autologin" });

    // Its greeter, which would log in again, is a part of GNOME, which this image has not.
    expect(await start(client, "gdm3", "sddm", more)).toMatchObject({ user, service: "gdm-autologin" });

    // AccountsService is whom lightdm's and gdm3's greeters ask for the users to list.
    const accounts = "org.freedesktop.Accounts";
    const listed = await client.ask(
      `busctl call ${accounts} /org/freedesktop/Accounts ${accounts} ListCachedUsers`,
    );
    const uid = async (name: string) => `/User${(await client.ask(`id -u ${name}`)).trim()}"`;
    expect(listed).toContain(await uid("teacher"));
    expect(listed).toContain(await uid(user));
    expect(listed).not.toContain(await uid(suite === "bookworm" ? "pupil02" : "pupil01"));
  });
});
