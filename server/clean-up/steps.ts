import { lstatSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "../files.ts";
import { lockRoot, withoutPeople } from "./accounts.ts";
import { privateKeys } from "./private-keys.ts";
import type { Rewrites } from "./rewrites.ts";

/** One thing of a root that must not travel to clients. */
export interface CleanUpStep {
  /** OMIT_FUNCTIONS leaves the step out by this name. */
  name: string;
  /** What stays out, in words for the manual page. */
  what: string;
  /** Paths in the root, with wildcards, as in the list of excludes. */
  paths?: readonly string[];
  /** Paths that only a look at the root can tell, without wildcards. */
  find?: (root: string) => string[];
  /** Files that stay, with another content. */
  rewrite?: (files: Rewrites) => void;
}

/** The files of the account database. */
const database = ["passwd", "shadow", "group", "gshadow", "subuid", "subgid"];

/** What `ltsp image` does, unless `--cleanup=0` asks for an image with all of it. */
export const cleanUpSteps: readonly CleanUpStep[] = [
  {
    name: "accounts",
    what: "users from UID_MIN of login.defs on, with their groups, memberships, cron jobs and settings; the password hashes of all others; all old copies of the account files",
    paths: [
      ...database.flatMap((name) => [
        `etc/${name}-`,
        `etc/${name}~`,
        `etc/${name}+`,
        `etc/${name}.*`,
        `etc/.${name}.*`,
      ]),
      // vipw's and older tools' names; old hashes that pam_pwhistory keeps.
      ...["etc/npasswd", "etc/nshadow", "etc/ngroup", "etc/ngshadow", "etc/security/opasswd*"],
      // etckeeper has every version that /etc/shadow ever had.
      ...["etc/.git", "etc/.hg", "etc/.bzr", "etc/_darcs", "var/backups/*"],
      ...["var/lib/AccountsService/users/*", "var/lib/AccountsService/icons/*", "var/lib/systemd/linger/*"],
      ...["var/lib/systemd/home/*", "var/lib/lightdm-data/*", "var/lib/fprint/*", "var/lib/sudo/*"],
    ],
    rewrite: withoutPeople,
  },
  { name: "root-password", what: "root's password: nobody logs in as root with one", rewrite: lockRoot },
  {
    name: "root-home",
    what: "what is in /root, but for .bashrc, .profile and .ssh/authorized_keys",
    find: rootsOwn,
  },
  {
    name: "machine",
    what: "what makes this machine itself: machine-id, ssh host keys, random seeds, names of iSCSI and NVMe hosts, leases",
    paths: [
      ...["etc/hostid", "var/lib/dbus/machine-id"],
      ...["etc/ssh/ssh_host_*", "etc/dropbear/dropbear_*_host_key", "etc/iscsi/initiatorname.iscsi"],
      ...["etc/nvme/hostid", "etc/nvme/hostnqn", "etc/udev/rules.d/70-persistent-*.rules"],
      ...["var/lib/systemd/random-seed", "var/lib/systemd/credential.secret"],
      ...["var/lib/dhcp/*", "var/lib/dhcpcd/*", "etc/dhcpcd.duid", "etc/dhcpcd.secret"],
    ],
    // Empty and not missing: systemd then makes an id at boot without taking it for the machine's first boot (machine-id(5)).
    rewrite: (files) => files.put("etc/machine-id", ""),
  },
  {
    name: "network",
    what: "the machine's own network: connections, Wi-Fi keys, addresses, resolv.conf, pairings with Bluetooth devices",
    paths: [
      ...["etc/NetworkManager/system-connections/*", "var/lib/NetworkManager/*", "etc/netplan/*"],
      ...["etc/systemd/network/*.network", "etc/systemd/network/*.netdev", "etc/network/interfaces.d/*"],
      ...["etc/wpa_supplicant/*.conf", "var/lib/iwd/*", "var/lib/connman/*", "var/lib/bluetooth/*"],
      ...["etc/ppp/*-secrets", "etc/ppp/peers/*", "etc/wireguard/*"],
    ],
    find: writtenResolvConf,
    rewrite: (files) => files.change("etc/network/interfaces", () => interfaces),
  },
  {
    name: "private-keys",
    what: "private keys and key stores: those of Debian's packages (snakeoil, Exim, CUPS, Samba and others), and every other file below /etc, /opt and /usr/local/etc that holds one",
    paths: [
      ...["etc/ssl/private/*", "etc/ssl/certs/ssl-cert-snakeoil.pem", "etc/letsencrypt/*", "etc/cups/ssl/*"],
      ...[
        "etc/epoptes/server.key",
        "etc/ipsec.d/private/*",
        "etc/swanctl/private/*",
        "etc/dovecot/private/*",
      ],
      ...["etc/xrdp/*.pem", "etc/xrdp/rsakeys.ini", "etc/stunnel/*.pem", "etc/bind/*.key", "etc/krb5.keytab"],
      ...["etc/luks/*", "etc/cryptsetup-keys.d/*", "etc/keys/*", "etc/munge/*", "etc/ceph/*.keyring"],
      ...["etc/salt/pki/*", "var/lib/puppet/ssl/*", "var/lib/samba/private/*", "var/lib/ssl-cert/*"],
    ],
    find: privateKeys,
  },
  {
    name: "passwords",
    what: "passwords of services: debconf's, those of databases, directories, mail relays, package archives, backups, boot loaders",
    paths: [
      ...["var/cache/debconf/passwords.dat*", "etc/mysql/debian.cnf", "etc/dbconfig-common/*"],
      ...[
        "etc/phpmyadmin/config-db.php",
        "etc/roundcube/debian-db*",
        "etc/apt/auth.conf",
        "etc/apt/auth.conf.d/*",
      ],
      ...["etc/libnss-ldap.secret", "etc/pam_ldap.secret", "etc/ldap.secret", "etc/ldap/slapd.d/*"],
      ...["etc/exim4/passwd.client", "etc/postfix/sasl*", "etc/msmtprc", "etc/ssmtp/*", "etc/fetchmailrc"],
      ...["etc/ipsec.secrets", "etc/rsyncd.secrets", "etc/x11vnc.pass", "etc/vncpasswd", "etc/freeradius/*"],
      ...["etc/chrony/chrony.keys", "etc/ntp.keys", "etc/nut/upsd.users", "etc/squid/passwd", "etc/grub.d/*"],
      ...["etc/apache2/.htpasswd", "etc/nginx/.htpasswd", "etc/samba/*credentials*", "etc/*credentials*"],
      ...["var/lib/sss/db/*", "var/lib/sss/secrets/*", "var/lib/snmp/*"],
    ],
  },
  {
    name: "printers",
    what: "the machine's own printers, whose addresses may hold passwords",
    paths: [
      "etc/cups/*.conf.O",
      "etc/cups/ppd/*",
      ...["printers", "classes", "subscriptions"].map((name) => `etc/cups/${name}.conf*`),
    ],
  },
  {
    name: "data",
    what: "data of servers: databases, mail, containers, virtual machines",
    paths: [
      ...["mysql", "postgresql", "mongodb", "redis", "ldap", "slapd", "couchdb", "influxdb", "krb5kdc"],
      ...["dovecot", "cyrus", "mailman", "mailman3", "docker", "containers", "containerd", "lxc", "lxd"],
      ...["libvirt/images", "libvirt/qemu", "machines", "grafana", "prometheus", "phpmyadmin", "roundcube"],
    ]
      .map((name) => `var/lib/${name}/*`)
      .concat("var/mail/*", "var/www/*", "etc/krb5kdc/*"),
  },
  {
    name: "cloud-init",
    what: "what cloud-init and the installer were told",
    paths: [
      ...["var/lib/cloud/*", "etc/cloud/ds-identify.cfg"],
      ...["99-installer", "90-installer-network", "50-curtin-networking", "curtin-preserve-sources"].map(
        (name) => `etc/cloud/cloud.cfg.d/${name}.cfg`,
      ),
      ...["var/lib/preseed/*", "var/lib/subiquity/*"],
    ],
  },
  {
    name: "logs",
    what: "logs, who logged in when, and what waits to be sent or printed; their directories stay",
    paths: [
      ...["var/log/**", "var/spool/**", "var/crash/*", "var/lib/lastlog/*", "var/lib/wtmpdb/*"],
      ...[
        "var/lib/systemd/coredump/*",
        "var/lib/whoopsie/*",
        "var/lib/apport/*",
        "var/lib/ubuntu-advantage/private/*",
      ],
    ],
  },
];

/** Debian's, as an installation without a network has it: the second card of a client is not the server's. */
const interfaces = "source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n";

/** What root's home holds of a fresh installation, and the keys of those who may come in. */
const kept = [".bashrc", ".profile", ".ssh"];

function rootsOwn(root: string): string[] {
  const others = (directory: string, names: readonly string[]) =>
    ownNames(join(root, directory))
      .filter((name) => !names.includes(name))
      .map((name) => `${directory}/${name}`);
  return [...others("root", kept), ...others("root/.ssh", ["authorized_keys"])];
}

/** A symlink is how the image says who manages resolv.conf; a file is the server's own. */
function writtenResolvConf(root: string): string[] {
  const status = lstatSync(join(root, "etc/resolv.conf"), { throwIfNoEntry: false });
  return status?.isFile() ? ["etc/resolv.conf"] : [];
}

function ownNames(directory: string): string[] {
  // A symlink would lead out of the root.
  return lstatSync(directory, { throwIfNoEntry: false })?.isSymbolicLink() ? [] : namesIn(directory);
}
