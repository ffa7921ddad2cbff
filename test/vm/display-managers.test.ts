import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../qemu/client.ts";
import { ensureDesktop } from "../../qemu/desktop.ts";
import { ensureImage } from "../../qemu/images.ts";
import { type Suite, suites } from "../../qemu/roots.ts";
import { type SeatSession, seatSession } from "./desktop/display.ts";
import { gdmSection } from "./desktop/gdm-greeter.ts";
import { openRoom, type Room } from "./room.ts";

/** Clients that differ in what starts their display. */
const macs: Record<Suite, Record<"lightdm" | "gdm" | "greeters", string>> = {
  bookworm: { lightdm: "52:54:00:67:00:61", gdm: "52:54:00:67:00:63", greeters: "52:54:00:67:00:65" },
  trixie: { lightdm: "52:54:00:67:00:62", gdm: "52:54:00:67:00:64", greeters: "52:54:00:67:00:66" },
};
const users: Record<Suite, string> = { bookworm: "pupil01", trixie: "pupil02" };

const conf = `
[clients]
AUTOLOGIN="pc/pupil"
LTSPDM_USERS="t.*"
LIGHTDM_CONF="greeter-hide-users=false"
GDM3_CONF="WaylandEnable=false"
SDDM_CONF="[X11]
ServerArguments=-nolisten tcp -dpi 96"
POST_INIT_HOMES='for user in teacher pupil01 pupil02; do mkdir -p /home/$user && chown $user: /home/$user; done'

${suites.map(sectionsOf).join("\n")}
${gdmSection}
`;

function sectionsOf(suite: Suite): string {
  const { lightdm, gdm, greeters } = macs[suite];
  const all = `HOSTNAME=${users[suite].replace("pupil", "pc")}\nDEFAULT_IMAGE=${suite}-desktop\n`;
  return [
    `[${lightdm}]\n${all}`,
    `[${gdm}]\n${all}POST_INIT_GDM=section_gdm\n`,
    `[${greeters}]\n${all}AUTOLOGIN=\nLIGHTDM_CONF=greeter-show-manual-login=false\n`,
  ].join("\n");
}

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
  const user = users[suite];

  it("log in the user that AUTOLOGIN makes of the hostname, and again after a logout", {
    timeout: 1_800_000,
  }, async () => {
    const client = await room.powerOn({ mac: macs[suite].lightdm, memoryMb: 2048, display: true });
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

  it("log in again after a logout: gdm3, whose greeter, GNOME's, another stands in for", {
    timeout: 1_200_000,
  }, async () => {
    const client = await room.powerOn({ mac: macs[suite].gdm, memoryMb: 2048, display: true });
    await client.login(400);
    const session = await seatSession(client);
    expect(session).toMatchObject({ user, service: "gdm-autologin" });
    await logOut(client, session);
    expect(await seatSession(client, session.id)).toMatchObject({ user, service: "gdm-autologin" });
  });

  it("lightdm's greeters offer the users that LTSPDM_USERS leaves, whichever the image has", {
    timeout: 1_200_000,
  }, async () => {
    const client = await room.powerOn({ mac: macs[suite].greeters, memoryMb: 2048, display: true });
    await client.login(400);
    const log = "/var/log/lightdm/lightdm.log";
    for (const greeter of ["lightdm-gtk-greeter", "slick-greeter", "arctica-greeter"]) {
      const choose = `printf '[Seat:*]\\ngreeter-session=${greeter}\\n' >>/etc/lightdm/lightdm.conf`;
      await client.ask(`systemctl stop lightdm; ${choose}; rm ${log}; systemctl start lightdm`, 120);
      // Each asks for the password of the first user of its list, as it has no field for other names.
      const asks = await client.ask(
        `timeout 230 sh -c 'until grep "Greeter start authentication for" ${log}; do sleep 1; done'`,
        240,
      );
      expect(asks, greeter).toMatch(/ for teacher$/m);
      expect(await client.ask(`grep "Running command" ${log}`)).toContain(`/${greeter}`);
    }
  });
});
