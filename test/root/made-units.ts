import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const service = (...install: string[]) =>
  ["[Service]", "ExecStart=/bin/true", ...(install.length > 0 ? ["[Install]", ...install] : []), ""].join(
    "\n",
  );

/** Units with all that an image may have and Debian's desktop has not. By path in the root; a symlink starts with ->. */
const made: Readonly<Record<string, string>> = {
  "usr/lib/systemd/system/made-alias.service": service(
    "WantedBy=multi-user.target",
    "Alias=made-other.service dbus-org.made.service",
  ),
  "usr/lib/systemd/system/made-also.service": service(
    "# Also=made-comment.service",
    "WantedBy=multi-user.target \\",
    "  graphical.target",
    "RequiredBy=made-alias.service",
    "Also=%p.socket made-also@one.service %N-%j.timer",
    "Also=made-masked.service",
  ),
  "usr/lib/systemd/system/made-also.socket":
    "[Socket]\nListenStream=/run/made\n[Install]\nWantedBy=sockets.target\n",
  "usr/lib/systemd/system/made-also-also.timer": "[Timer]\nOnBootSec=1\n[Install]\nWantedBy=timers.target\n",
  "usr/lib/systemd/system/made-also@.service": service(
    "WantedBy=multi-user.target",
    "Also=made-loop.service",
  ),
  "usr/lib/systemd/system/made-loop.service": service(
    "WantedBy=multi-user.target",
    "Also=made-also@two.service",
  ),
  "usr/lib/systemd/system/made-t@.service": service(
    "WantedBy=multi-user.target",
    "DefaultInstance=one",
    "Also=made-side@%i.service",
  ),
  "usr/lib/systemd/system/made-side@.service": service("WantedBy=made-t@%i.service"),
  "usr/lib/systemd/system/made-alias-t@.service": "->made-t@.service",
  "usr/lib/systemd/system/made-vendor-alias.service": "->made-drop.service",
  "etc/systemd/system/graphical.target.wants/made-vendor-alias.service":
    "->/usr/lib/systemd/system/made-vendor-alias.service",
  "usr/lib/systemd/system/made-drop.service": service(),
  "usr/lib/systemd/system/made-drop.service.d/a.conf": "[Install]\nWantedBy=multi-user.target\n",
  "usr/lib/systemd/system/made-drop.service.d/b.conf": "[Install]\nAlso=made-comment.service\n",
  "etc/systemd/system/made-drop.service.d/b.conf": "[Install]\nAlso=made-loop.service\n",
  "usr/lib/systemd/system/made-comment.service": service("WantedBy=multi-user.target"),
  "usr/lib/systemd/system/made-masked.service": service("WantedBy=multi-user.target"),
  "etc/systemd/system/made-masked.service": "->/dev/null",
  "etc/systemd/system/multi-user.target.wants/made-masked.service":
    "->/usr/lib/systemd/system/made-masked.service",
  "usr/lib/systemd/system/made-empty.service": "",
  "etc/systemd/system/multi-user.target.wants/made-empty.service":
    "->/usr/lib/systemd/system/made-empty.service",
  "usr/local/lib/systemd/system/made-local.service": service("WantedBy=multi-user.target"),
  "usr/lib/systemd/system/made-local.service": service(
    "WantedBy=graphical.target",
    "Also=made-comment.service",
  ),
  "etc/systemd/system/made-admin.service": service("WantedBy=multi-user.target", "Alias=made-admin2.service"),
  "etc/systemd/system/made-chain.service": "->../../../usr/lib/systemd/system/made-alias.service",
  "opt/made/made-linked.service": service("WantedBy=multi-user.target"),
  "etc/systemd/system/made-linked.service": "->/opt/made/made-linked.service",
  "opt/made/real-name.service": service("WantedBy=multi-user.target"),
  "etc/systemd/system/made-renamed.service": "->/opt/made/real-name.service",
  "usr/lib/systemd/system/made\\x2ddash.service": service("WantedBy=multi-user.target"),
  "usr/lib/systemd/user/made-alias.service": service("WantedBy=default.target", "Alias=made-other.service"),
  "usr/share/systemd/user/made-also.service": service("WantedBy=default.target", "Also=made-alias.service"),
  "usr/local/share/systemd/user/made-t@.service": service("WantedBy=default.target", "DefaultInstance=x"),
};

/** Instances of their templates, which nothing but an admin enables. */
export const madeInstances = ["made-t@two.service", "made-also@one.service", "made-also@two.service"];

/** Puts the units into a root. */
export function makeUnits(root: string): void {
  for (const [path, text] of Object.entries(made)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text.startsWith("->")) symlinkSync(text.slice(2), file);
    else writeFileSync(file, text);
  }
}
