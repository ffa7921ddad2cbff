import { existsSync } from "node:fs";
import type { Client } from "./facts.ts";
import { writeText } from "./files.ts";

const why = "Written by ltsp at boot: the root comes over the network, so this PC could not wake up again.";

/** systemd-sleep.conf(5): logind then says that the PC cannot do it, and desktops hide the menu entry. */
const sleep = `# ${why}
[Sleep]
AllowSuspend=no
AllowHibernation=no
AllowHybridSleep=no
AllowSuspendThenHibernate=no
`;

/** logind.conf(5): a closed lid, an idle desktop and the keys for it do nothing; the power button still works. */
const login = `# ${why}
[Login]
HandleLidSwitch=ignore
HandleLidSwitchExternalPower=ignore
HandleLidSwitchDocked=ignore
HandleSuspendKey=ignore
HandleHibernateKey=ignore
IdleAction=ignore
`;

/** polkit(8) since 0.106, which is everywhere but in Ubuntu 22.04 and older. The first rule that answers counts. */
const rules = `// ${why}
polkit.addRule(function (action) {
  if (/^org\\.freedesktop\\.login1\\.(suspend|hibernate)/.test(action.id)) return polkit.Result.NO;
});
`;

/** pklocalauthority(8), of polkit 0.105. */
const localAuthority = `[${why.replace(/.*: /, "")}]
Identity=unix-user:*
Action=org.freedesktop.login1.suspend*;org.freedesktop.login1.hibernate*
ResultAny=no
ResultInactive=no
ResultActive=no
`;

/** Nothing suspends or hibernates the client: its network card and with it the root would be gone. */
export function power({ run }: Client): void {
  writeText(`${run}/systemd/sleep.conf.d/zz-ltsp.conf`, sleep);
  writeText(`${run}/systemd/logind.conf.d/zz-ltsp.conf`, login);
}

/** Nobody may suspend or hibernate the client, whatever else would do it for them. */
export function polkit({ root }: Client): void {
  const directory = `${root}/etc/polkit-1`;
  if (existsSync(`${directory}/rules.d`) || existsSync(`${root}/usr/share/polkit-1/rules.d`))
    writeText(`${directory}/rules.d/00-ltsp.rules`, rules);
  if (existsSync(`${directory}/localauthority`))
    writeText(`${directory}/localauthority/90-mandatory.d/ltsp.pkla`, localAuthority);
}
