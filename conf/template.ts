import { summary } from "./parameter-text.ts";
import { findParameter } from "./parameters.ts";

/**
 * The first ltsp.conf, which `ltsp conf new` writes. Behind a `#` without a space stands what can be used as it is;
 * parameters have their help and their examples from the table, and those that no applet acts on yet are left out.
 */
export function template(): string {
  return [
    "# ltsp.conf: what the server offers, and what the clients do with it.",
    "# Take the # off a line to use it. After a change, run:",
    "#   ltsp conf check    is it right?",
    "#   ltsp initrd        give it to the clients, which read it at their next boot",
    "#   ltsp ipxe          only if the boot menu changed",
    "# Later lines win, and so do the later ones of these sections: [clients] or [server], [common], then the",
    "# section of the client's MAC address, of its IP address, of its hostname. All of it: man ltsp.conf",
    "",
    "# The server alone reads this section.",
    "[server]",
    ...shown("DEFAULT_IMAGE", "MENU_TIMEOUT", "KERNEL_PARAMETERS", "IPXE_x", "NAT", "ADD_IMAGE_EXCLUDES"),
    "",
    "# All clients read this one.",
    "[clients]",
    ...shown("HOSTNAME", "DNS_SERVER", "FSTAB_x", "HOSTS_x", "AUTOLOGIN", "PASSWORDS_x", "CRONTAB_x"),
    ...shown("LANG", "SYSLOG_HOST", "DEBUG_SHELL"),
    "# A command of the client's own shell; more than one line is kept in a section of its own, as [greet] below.",
    "#POST_INIT_GREET=section_greet",
    "",
    "# One client, by its MAC address. On the client, ip link shows it. What the boot menu reads may stand here too.",
    "#[52:54:00:12:34:56]",
    "#HOSTNAME=pc01",
    ...shown("IMAGE_TO_RAM"),
    "",
    "# Some clients, by their addresses or hostnames: what several need stands in one section that they include.",
    "#[192.168.67.*|pc0?]",
    "#INCLUDE=old_pcs",
    "",
    "#[old_pcs]",
    ...shown("OMIT_FUNCTIONS", "X_MODES"),
    "",
    "# Shell code, for the hook POST_INIT_GREET above. It knows all parameters.",
    "#[greet]",
    '#echo "Welcome to $HOSTNAME" > /etc/motd',
    '#echo "$HOSTNAME started" > /dev/kmsg',
    "",
  ].join("\n");
}

/** The parameters' summaries and examples, commented out. */
function shown(...names: string[]): string[] {
  return names.flatMap((name) => {
    const parameter = findParameter(name);
    if (parameter === undefined || parameter.planned) return [];
    return [`# ${summary(parameter)}`, `#${parameter.example}`];
  });
}
