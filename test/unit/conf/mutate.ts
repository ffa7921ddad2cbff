import { one, type Random } from "./assignments.ts";

/** Files as administrators write them, which use all of the language between them. */
export const seeds = [
  `# A room of PCs
[server]
NAT=1
DEFAULT_IMAGE=bookworm
MENU_TIMEOUT=5000

[common]
SEARCH_DOMAIN="school.example"

[clients]
HOSTNAME=pc%{IP}
AUTOLOGIN="pc.*/guest%{HOSTNAME#pc}"
RELOGIN=0
CUPS_SERVER=localhost   # no printing through the server

[52:54:00:12:34:56]
HOSTNAME=teacher
INCLUDE=printers

[printers]
HOSTS_PRINTER="192.168.67.9 printer"
`,
  `[clients]
FSTAB_HOME="server:/home /home nfs defaults,nolock 0 0"
FSTAB_SCRATCH="LABEL=scratch /scratch ext4 noatime,nofail"
PASSWORDS_GUESTS="guest[0-9]*/Z3Vlc3Q= teacher/dGVhY2hlcg=="
KEEP_SYSTEM_SERVICES="ssh cups"
MASK_SESSION_SERVICES="ubuntu-report"
OMIT_FUNCTIONS="pam_main mergepw_main"

[pc0?|pc1[0-9]]
X_DRIVER=vesa; X_MODES='"1024x768" "800x600"'
IMAGE_TO_RAM = 1

[192.168.67.*]
DNS_SERVER="192.168.67.1 9.9.9.9"
`,
  String.raw`DEBUG_LOG=1
INCLUDE=defaults
[defaults]
ROOM=\a\ b"c"'d'
LANG=@{LANG:-de_DE.UTF-8}
LANGUAGE="@{LANG%%.*}:@{LANG%_*}"
NUMBER=$((0x10 * (3 + 4) % 5 << 2 ? 1 : 0))
LONG=@{#LANG}@{EMPTY:+no}@{EMPTY-yes}@{NEW:=it\'s}
[clients]
INCLUDE=defaults
KERNEL_PARAMETERS="quiet splash@{ROOM:+ ltsp.room=$ROOM}"
`,
  String.raw`[clients]
LIGHTDM_CONF="[Seat:*]
greeter-hide-users=false
# not a comment
[clients]
greeter-show-manual-login=true
"
CRONTAB_BACKUP='15 3 * * * root  echo "$(date)" >>/var/log/x # no'
POST_INIT_MOTD="echo 'Welcome to \$HOSTNAME' > /etc/motd"
POST_INIT_HASH="section_set_root_hash"

[set_root_hash]
# This is the hash of the password
local hash
hash='$6$abc$def'
sed "s|^root:[^:]*:|root:$hash:|" -i /etc/shadow
cat <<EOF >/etc/issue
[clients]
it's "here"
EOF
`,
  `[init/]
PRE_INIT_X="rm -f /etc/cron.d/x"
[init/pc01|init/52:54:*]
DEBUG_SHELL=yes
[initrd-bottom/192.168.67.20]
A=$A1@{A}2
[ipxe/aa-bb-cc-dd-ee-ff]
KERNEL_PARAMETERS=nomodeset
[login/*]
MULTISEAT=1
UDEV_SEAT_1_SOUND="*/usb1/1-2/1-2.4*"
`,
  `[52-54-00-12-34-56]
[525400123457]
HOSTNAME=a
[5254.0012.3458]
HOSTNAME=b INCLUDE=x
[52:54:00:*]
HOSTNAME=pc-%{MAC}
PWMERGE_SUR=".*%{HOSTNAME#pc}"
[x]
INCLUDE=y
A="%{B:-%{C}}"
[y]
INCLUDE=x
B="%{HOSTNAME%%[0-9]*}"
`,
  "[clients]\r\nHOSTNAME=pc01\r\n# Notepad wrote this\r\nAUTOLOGIN=user1\r\n",
  "\uFEFF[clients]\nHOSTNAME=pc01\nLANG=el_GR.UTF-8 # Ελληνικά\nMOTD='Καλημέρα 😀'\n",
  String.raw`A=1 B=$A;C="$A
$B" \
D='x'"y"\
z
E=#no F= # yes
G="\$A \"q\" \\ \x \
end"
`,
  `[Clients]
HOSTNAME=one
[clients]
HOSTNAME=two
GDM3_CONF=/etc/ltsp/gdm3.conf
SSH_OPTIONS="-p 2222"
SSHFS=1
PAM_AUTH_TYPE=Primary
[lab-*]
REMOTEAPPS="firefox libreoffice"
LOCAL_SWAP=0
ADMINISTRATIVE_CLIENT=1
`,
  `[server]
KERNEL_PARAMETERS="nomodeset"
IPXE_bookworm="Debian 12 (bookworm)"
ADD_IMAGE_EXCLUDES="
opt/games/*
home/*
"
RPI_IMAGE="raspios"
[common]
A=@{B:-@{C:-"@{D:-'it'}"}}
[fix-disk]
if [ -b /dev/sda ]; then
  mount /dev/sda1 /mnt || exit 1 # @{x/y/z}
fi
for i in 1 2 3; do echo "$i $((i + 1)) $(date)"; done
case "$x" in [yY]*) echo yes ;; *) : ;; esac
`,
  "[clients]\nHOSTNAME=pc01\nHOSTS_A=10.0.0.1 host\nMENU_TIMEOUT=5\nhostname=x\nAUTOLOGIN=“user”\nPATH-X=1\n[clients\n",
].map((text) => text.replaceAll("@{", "${"));

const list = (text: string) => text.trim().split(/ +/);

/** Pieces of syntax, and of what breaks programs that read text. */
const pieces = [
  ...list("[ ] \" ' ` \\ $ % { } ( ) < > ; & | # ! * ? - + : / . , = ~ ^ @ 0 9 a Z _ é"),
  ...list(
    "$( $(( )) %{ }} \"$( `$( <<EOF <<-'E' EOF ;; && || >> << [[ ]] [! [^ [a-z] [[:alpha:]] [:digit:] ** ??",
  ),
  ...list(
    "{A} {A:- {A:=x} {A:?no} {A##* {A%% {#A} {#} {10} {A/x/y} 1 @ A B HOSTNAME ((1+ ((A=1)) ((1/0)) $",
  ).map((text) => `$${text}`),
  ...list("%{A} %{IP} %{MAC} %{HOSTNAME %{A:-%{B}} %{A#%{B}} %{A=x} 1 -1 0x 08 9223372036854775808 1e9 ++"),
  ...list("A= B= A=$B B=$A A=%{B} B=%{A} INCLUDE=x INCLUDE=y INCLUDE=clients HOSTNAME=pc01 HOSTNAME=%{A}"),
  ...list(
    "[x] [y] [clients] [server] [common] [*] [pc01] [init/] [init/*] [|] [a|b] [] [[] []] [x/y/z] [52:54:00:*]",
  ),
  ...list(
    "if then fi case esac do done local export echo function POST_INIT_A=section_x [192.168.67.*] [10.0.0.1]",
  ),
  ...[
    " ",
    "  ",
    "\n",
    "\n\n",
    "\\\n",
    "\r\n",
    "\r",
    "\t",
    "\v",
    "\f",
    "\0",
    "\x7f",
    "\u00a0",
    "\u2028",
    "\u200b",
  ],
  ...["\u201c", "\u2019", "\uFEFF", "\uD800", "\uDC00", "😀", "\n[x]\n", "\n[clients]\n", "\nINCLUDE=x\n"],
  ...['\nA="', "\nA='", "\n}\n", "\nEOF\n", "\n#", "\n[", " # "],
];

type Mutation = (random: Random, text: string) => string;

const splice = (text: string, from: number, to: number, piece: string) =>
  text.slice(0, from) + piece + text.slice(to);

/** Some characters of a text: from, to. */
function range(random: Random, text: string): [number, number] {
  const from = random(text.length + 1);
  return [from, Math.min(text.length, from + random(one(random, [2, 5, 20, 100])))];
}

function onLines(change: (random: Random, lines: string[]) => void): Mutation {
  return (random, text) => {
    const lines = text.split("\n");
    change(random, lines);
    return lines.join("\n");
  };
}

const insertPiece: Mutation = (random, text) => {
  const at = random(text.length + 1);
  return splice(text, at, at + random(2), one(random, pieces));
};

const mutations: Mutation[] = [
  // Characters.
  (random, text) => splice(text, ...range(random, text), ""),
  (random, text) => splice(text, random(text.length + 1), text.length, ""),
  (random, text) => {
    const at = random(text.length + 1);
    return splice(text, at, at + 1, String.fromCharCode(random(128)));
  },
  (random, text) => {
    const [from, to] = range(random, text);
    const at = random(text.length + 1);
    return splice(text, at, at, text.slice(from, to));
  },
  (random, text) => {
    const [from, to] = range(random, text);
    return splice(text, from, to, text.slice(from, to).split("").reverse().join(""));
  },
  // Pieces of syntax, more often.
  ...Array.from({ length: 6 }, () => insertPiece),
  (random, text) => splice(text, ...range(random, text), one(random, pieces)),
  (random, text) => {
    const at = random(text.length + 1);
    return splice(text, at, at, one(random, pieces).repeat(random(one(random, [4, 4, 30, 300]))));
  },
  (random, text) => text.replaceAll(one(random, pieces), one(random, pieces)),
  // Lines.
  onLines((random, lines) => lines.splice(random(lines.length), 1)),
  onLines((random, lines) => lines.splice(random(lines.length), 0, one(random, lines))),
  onLines((random, lines) =>
    lines.splice(random(lines.length), 0, one(random, one(random, seeds).split("\n"))),
  ),
  onLines((random, lines) => lines.push(...lines.splice(random(lines.length), 2))),
  onLines((random, lines) => {
    lines[random(lines.length)] += one(random, pieces);
  }),
  onLines((random, lines) => {
    const at = random(lines.length);
    lines[at] = (lines[at] ?? "").repeat(random(one(random, [3, 3, 60])));
  }),
  // Whole files.
  (random, text) => text.slice(0, random(text.length + 1)) + one(random, seeds).slice(random(200)),
  (random, text) =>
    random(4) === 0 ? text.replaceAll("\n", one(random, ["\r\n", "\r", ";", " ", "\n\n"])) : text,
  (random, text) => (random(4) === 0 ? `\uFEFF${text}` : text),
];

/** One of the seeds, after some mutations. */
export function mutated(random: Random): string {
  let text = one(random, seeds);
  for (let left = 1 + random(one(random, [1, 2, 3, 8])); left > 0; left--)
    text = one(random, mutations)(random, text);
  return text.slice(0, 5000);
}

/** Nothing but pieces of syntax. */
export function randomText(random: Random): string {
  const length = random(one(random, [5, 20, 80]));
  return Array.from({ length }, () => one(random, pieces)).join(one(random, ["", "", " ", "\n"]));
}
