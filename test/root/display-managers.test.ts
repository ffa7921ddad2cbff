import { describe, expect, test } from "vitest";
import { displayManager } from "../../client/display-manager.ts";
import { suites } from "../../qemu/roots.ts";
import { type DebianClient, debianClient } from "./root.ts";

/** What lightdm makes of all its files, without the letters that say which of them it is from. */
function lightdmShows(client: DebianClient): string[] {
  return client
    .ask("lightdm", "--show-config")
    .split("\n")
    .map((line) => line.slice(3));
}

describe.each(suites)("%s", (suite) => {
  test("AUTOLOGIN and RELOGIN: lightdm logs in the hostname's user, not the template machine's", () => {
    const client = debianClient(suite, "[clients]\nHOSTNAME=pc02\nAUTOLOGIN=pc/pupil\n");
    client.ask("sh", "-c", 'printf "[Seat:*]\\nautologin-user=teacher\\n" >>/etc/lightdm/lightdm.conf');
    client.ask(
      "sh",
      "-c",
      'printf "[Seat:*]\\nautologin-guest=true\\n" >/etc/lightdm/lightdm.conf.d/99-own.conf',
    );
    displayManager(client);
    expect(client.warnings).toEqual([]);
    const shown = lightdmShows(client);
    expect(shown).toContain("autologin-user=pupil02");
    expect(shown).toContain("autologin-guest=false");
    expect(shown).toContain("autologin-user-timeout=1");
    expect(shown).toContain("greeter-session=ltsp-autologin");
    const greeter = /^Exec=(\S+) pupil02$/m.exec(
      client.ask("cat", "/usr/share/xgreeters/ltsp-autologin.desktop"),
    );
    expect(client.ask("perl", "-c", greeter?.[1] ?? "no Exec=")).toContain("syntax OK");
  });

  test("RELOGIN=0: lightdm itself logs in, once, and shows the greeter after a logout", () => {
    const client = debianClient(suite, "[clients]\nAUTOLOGIN=teacher\nRELOGIN=0\n");
    displayManager(client);
    expect(lightdmShows(client)).toContain("autologin-user-timeout=0");
    expect(lightdmShows(client)).not.toContain("greeter-session=ltsp-autologin");
  });

  test("LIGHTDM_CONF: with and without headers", () => {
    const conf = 'LIGHTDM_CONF="greeter-session=lightdm-gtk-greeter\n[LightDM]\nminimum-vt=3"';
    const client = debianClient(suite, `[clients]\n${conf}\n`);
    displayManager(client);
    const shown = lightdmShows(client);
    expect(shown).toContain("greeter-session=lightdm-gtk-greeter");
    expect(shown).toContain("minimum-vt=3");
  });

  test("LTSPDM_USERS: lightdm's greeters have a list, and a field for other names", () => {
    const client = debianClient(suite, '[clients]\nLTSPDM_USERS="t.*"\n');
    displayManager(client);
    expect(lightdmShows(client)).toContain("greeter-hide-users=false");
    expect(lightdmShows(client)).toContain("greeter-show-manual-login=true");
  });

  test("an unknown user is warned of, and lightdm logs in nobody", () => {
    const client = debianClient(suite, "[clients]\nAUTOLOGIN=pupil99\n");
    displayManager(client);
    expect(client.warnings.join()).toContain("the image has no user pupil99");
    expect(lightdmShows(client).join()).not.toContain("autologin-user");
  });
});
