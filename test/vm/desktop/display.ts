import { expect } from "vitest";
import type { Client } from "../../../qemu/client.ts";
import type { DesktopCheck } from "./check.ts";

/** Emulated, and drawn in software: an X server and a greeter take their time. */
const patience = 240;

/** A user's session on the first seat. */
export interface SeatSession {
  id: string;
  user: string;
  /** The PAM service that opened it. */
  service: string;
}

/** The session that is on the first seat, once it is a user's and not that of `before`. */
export async function seatSession(client: Client, before = ""): Promise<SeatSession> {
  const [id, user, service] = (
    await client.ask(
      `for i in $(seq ${patience}); do ` +
        "s=$(loginctl show-seat seat0 --property=ActiveSession --value 2>/dev/null); " +
        `[ -n "$s" ] && [ "$s" != "${before}" ] && ` +
        '[ "$(loginctl show-session $s --property=Class --value 2>/dev/null)" = user ] && break; s=; sleep 1; done; ' +
        '[ -n "$s" ] && echo $s $(loginctl show-session $s --property=Name --value) ' +
        "$(loginctl show-session $s --property=Service --value)",
      2 * patience,
    )
  ).split(" ");
  return { id: id ?? "", user: user ?? "", service: service ?? "" };
}

/** The display manager that Debian chose is lightdm; its client's hostname says whose session it starts. */
export const display: DesktopCheck = {
  conf: `AUTOLOGIN="pc0/pupil0"
LTSPDM_USERS="teacher|root"
LIGHTDM_CONF="allow-guest=false"
SLICK_CONF="draw-grid=false"`,

  async check(client, suite) {
    const user = { bookworm: "pupil01", trixie: "pupil02" }[suite];
    expect(await seatSession(client)).toMatchObject({ user, service: "lightdm-autologin" });
    expect(await client.ask("systemctl show --property=Id --value display-manager")).toBe("lightdm.service");
    // The session's own programs, on its display.
    expect(await client.ask("until ps -o user= -C icewm; do sleep 1; done", patience)).toContain(user);
  },
};
