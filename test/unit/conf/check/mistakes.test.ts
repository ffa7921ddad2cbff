import { expect, test } from "vitest";
import { checkConf } from "../../../../conf/check/check.ts";
import { formatDiagnostic } from "../../../../conf/diagnostic.ts";

const facts = {
  hasUser: (name: string) => ["root", "guest01"].includes(name),
  users: ["root", "guest01"],
  mode: 0o644,
};

/** The messages' first lines; that a parameter is not acted on yet is no mistake. */
function messagesOf(text: string): string[] {
  const { conf, diagnostics } = checkConf(text, "ltsp.conf", facts);
  return diagnostics
    .filter(({ severity }) => severity !== "note")
    .map((one) => formatDiagnostic(conf.source, one)[0] ?? "");
}

/** What people write, and what they are told: line:column, a word of why, what to write instead. */
const rows: [mistake: string, text: string, place: string, why: string, remedy: string][] = [
  // Quotes.
  [
    "a missing quote",
    "[clients]\nHOSTNAME='pc01\nDEBUG_SHELL=1\n",
    "2:10: error",
    "never closed",
    "Close it with '",
  ],
  [
    "a missing quote that the next value's opens again",
    `[clients]\nHOSTNAME="pc01\nHOSTS_A="192.168.67.9 printer"\n`,
    "2:10: error",
    "takes in line 3",
    'Close it with "',
  ],
  [
    "a quote closed some lines later",
    `[clients]\nSEARCH_DOMAIN="a.lan\nHOSTNAME=pc01\n[x]\nLIGHTDM_CONF="C\n"\n`,
    "2:15: error",
    "takes in line 3",
    'Close it with "',
  ],
  [
    "a setting swallowed by the value above",
    `[clients]\nLIGHTDM_CONF="[Seat:*]\nHOSTNAME=pc01\n"\n`,
    "2:14: warning",
    "takes in line 3, which looks like a setting",
    "quote missing",
  ],
  [
    "typographic quotes around a word",
    "[52:54:00:*]\nNAME=“pc01”\nHOSTS_A='192.168.67.9 '$NAME\n",
    "2:6: warning",
    "typographic quotes",
    `plain quotes: " or '`,
  ],
  [
    "typographic quotes from a web page",
    "[server]\nKERNEL_PARAMETERS=“quiet splash”\n",
    "2:1: error",
    "typographic quotes",
    `plain quotes: " or '`,
  ],
  [
    "no quotes around words",
    "[server]\nKERNEL_PARAMETERS=quiet splash\n",
    "2:1: error",
    "needs quotes",
    'KERNEL_PARAMETERS="quiet splash"',
  ],
  [
    "a tab within a value",
    "[clients]\nHOSTS_A=192.168.67.9\tprinter\n",
    "2:1: error",
    "needs quotes",
    'HOSTS_A="192.168.67.9\tprinter"',
  ],
  ["a parenthesis", "[clients]\nHOSTS_A=(x)\n", "2:1: error", "needs quotes", 'HOSTS_A="(x)"'],
  [
    "a dollar in double quotes",
    `[clients]\nPOST_INIT_PW="usermod -p '$6' root"\n`,
    "2:27: warning",
    "$6 is empty",
    "\\$6, or use '…'",
  ],
  [
    "a hook's variable in double quotes",
    '[clients]\nPOST_INIT_X="for i in 1 2; do echo $i; done"\n',
    "2:36: warning",
    "$i is empty",
    "write \\$i",
  ],

  // Lines.
  [
    "spaces around =",
    "[clients]\nHOSTNAME = pc01\n",
    "2:9: warning",
    "spaces around = are tolerated",
    "HOSTNAME=pc01",
  ],
  ["a colon for =", "[clients]\nHOSTNAME: pc01\n", "2:1: error", "set with =", "HOSTNAME="],
  ["nothing for =", "[clients]\nHOSTNAME pc01\n", "2:1: error", "no assignment", 'HOSTNAME="pc01"'],
  ["an arrow for =", "[clients]\nHOSTNAME => pc01\n", "2:1: error", "set with =", "HOSTNAME="],
  ["+=", '[clients]\nLINES_X+="x"\n', "2:1: error", "+=", 'LINES_X="$LINES_X …"'],
  ["an array", "[clients]\nFSTAB[1]=x\n", "2:1: error", "no arrays", "FSTAB_1="],
  ["a $ before the name", "[clients]\n$HOSTNAME=pc01\n", "2:1: error", "without $", "HOSTNAME="],
  ["quotes around the name", '[clients]\n"HOSTNAME"=pc01\n', "2:1: error", "without quotes", "HOSTNAME="],
  ["export", "[clients]\nexport HOSTNAME=pc01\n", "2:1: error", "without a command", "HOSTNAME="],
  ["a dash in a name", "[clients]\nFSTAB-HOME=x\n", "2:1: error", "letters, digits and _", "FSTAB_HOME="],
  ["a digit first", "[clients]\n1ST=x\n", "2:1: error", "does not start with a digit", "_1ST="],
  ["a comment as in C", "[clients]\n// the lab\n", "2:1: error", "no comment", "start with #"],
  ["a comment as in .ini files", "[clients]\n; the lab\n", "2:3: error", "no comment", "start with #"],
  [
    "Windows line ends",
    "[clients]\r\nHOSTNAME=pc01\r\n",
    "1:10: error",
    "CR LF",
    "sed -i 's/\\r$//' ltsp.conf",
  ],
  ["old Mac line ends", "[clients]\rHOSTNAME=pc01\r", "1:10: error", "carriage return", "sed -i"],
  ["a byte order mark", "\uFEFF[clients]\nHOSTNAME=pc01\n", "1:1: warning", "byte order mark", "sed -i"],
  ["Latin 1", "[clients]\n# Sch\uFFFDler\n", "2:6: warning", "not UTF-8", "iconv -f LATIN1"],
  ["a NUL byte", "[clients]\n#\0\n", "2:2: error", "NUL", "file ltsp.conf"],
  [
    "a space of a web page",
    "[clients]\n\u00A0HOSTNAME=pc01\n",
    "2:1: error",
    "none for sh",
    "ordinary space",
  ],
  [
    "a command substitution",
    "[clients]\nHOSTNAME=$(cat /etc/host)\n",
    "2:10: error",
    "command substitution",
    "POST_INIT_X='… $(cat /etc/host) …'",
  ],
  [
    "backquotes",
    "[clients]\nHOSTNAME=`hostname`\n",
    "2:10: error",
    "command substitution",
    "POST_INIT_X='… `hostname` …'",
  ],
  [
    "bash's expansions",
    `[clients]\nLANG=\${LANGUAGE/x/y}\n`,
    "2:6: error",
    "not an expansion of POSIX sh",
    "## % %%",
  ],
  [
    "a division by zero",
    "[clients]\nX_VIRTUAL=$((1/0))\n",
    "2:11: error",
    "divides by zero",
    "another number",
  ],
  [
    "shell code in [clients]",
    "[clients]\nif [ -f /x ]; then\n  HOSTNAME=pc01\nfi\n",
    "2:1: error",
    "holds shell code",
    'POST_INIT_X="section_setup"',
  ],

  // Names of parameters.
  ["lower-case names", "[clients]\nhostname=pc01\n", "2:1: warning", "in capitals", "HOSTNAME?"],
  [
    "letters swapped",
    "[clients]\nHOSTNMAE=pc01\n",
    "2:1: warning",
    "no parameter HOSTNMAE",
    "Did you mean HOSTNAME?",
  ],
  [
    "a family's name misspelt",
    "[clients]\nFSTB_HOME='server:/home /home nfs'\n",
    "2:1: warning",
    "no parameter",
    "FSTAB_HOME?",
  ],
  [
    "a family without a name",
    "[clients]\nFSTAB='server:/home /home nfs'\n",
    "2:1: warning",
    "no parameter",
    "FSTAB_HOME=",
  ],
  ["a parameter of LTSP 5", "[clients]\nLDM_AUTOLOGIN=1\n", "2:1: warning", "any more", "AUTOLOGIN="],
  [
    "nothing that is known",
    "[clients]\nCOFFEE=black\n",
    "2:1: warning",
    "nothing here uses it",
    "ltsp conf --help",
  ],
  [
    "one name twice",
    "[clients]\nFSTAB_A='a:/ /a nfs'\nFSTAB_A='b:/ /b nfs'\n",
    "2:1: warning",
    "set again in line 3",
    "name of their own",
  ],
  [
    "a parameter of the menu for clients",
    "[clients]\nMENU_TIMEOUT=-1\n",
    "2:1: warning",
    "ltsp ipxe",
    "[server]",
  ],
  [
    "a parameter of clients for the server",
    "[server]\nHOSTNAME=pc01\n",
    "2:1: warning",
    "client's boot",
    "[clients]",
  ],
  [
    "a typing error in %{…}",
    "[clients]\nHOSTNAME=pc%{MACK}\n",
    "2:12: warning",
    "%{MACK} is empty",
    "%{MAC}?",
  ],
  [
    "a typing error in $…",
    "[clients]\nROOM=2\nSEARCH_DOMAIN=lab$ROOM\nHOSTNAME=pc$ROM\n",
    "4:12: warning",
    "$ROM is empty",
    "$ROOM?",
  ],

  // Values.
  ["AUTOLOGIN=1", "[clients]\nAUTOLOGIN=1\n", "2:11: error", "1 is no user", "AUTOLOGIN="],
  [
    "a user who is not there",
    "[clients]\nAUTOLOGIN=geust01\n",
    "2:11: warning",
    "no user geust01",
    "adduser geust01",
  ],
  ["a flag misspelt", "[clients]\nDEBUG_SHELL=ture\n", "2:13: error", "0 or 1", "DEBUG_SHELL=1"],
  [
    "a number with its unit",
    "[server]\nMENU_TIMEOUT=5s\n",
    "2:14: error",
    "milliseconds",
    "MENU_TIMEOUT=3000",
  ],
  ["a short address", "[clients]\nDNS_SERVER=8.8.8\n", "2:12: error", '"8.8.8" is none', "DNS_SERVER="],
  ["an underscore in a hostname", "[clients]\nHOSTNAME=pc_01\n", "2:10: error", '"_" is in', "pc%{IP}"],
  [
    "a domain in a hostname",
    "[clients]\nHOSTNAME=pc%{IP}.lan\n",
    "2:10: error",
    "SEARCH_DOMAIN",
    "HOSTNAME=",
  ],
  [
    "half a line of fstab",
    "[clients]\nFSTAB_A=server:/home\n",
    "2:9: error",
    "only one field",
    "FSTAB_HOME=",
  ],
  [
    "names before the address",
    "[clients]\nHOSTS_A='pr 192.168.67.9'\n",
    "2:9: error",
    '"pr" is no IP',
    "HOSTS_",
  ],
  ["a regex that is none", "[clients]\nPWMERGE_SUR='a(b'\n", "2:13: error", "(", "PWMERGE_SUR="],
  [
    "values that need each other",
    "[clients]\nA=%{B}\nB=%{A}\nHOSTNAME=%{A}\n",
    "2:1: error",
    "needs its own",
    "Take one",
  ],

  // Names of sections.
  ["a section that is not closed", "[clients\nHOSTNAME=pc01\n", "1:1: error", "not closed", "[clients]"],
  ["a section that is not opened", "clients]\nHOSTNAME=pc01\n", "1:1: error", "is missing", "[clients]"],
  ["a setting beside the name", "[clients] HOSTNAME=pc01\n", "1:1: error", "alone on its line", "next line"],
  ["[client]", "[client]\nHOSTNAME=pc01\n", "1:2: warning", "client of that name", "[clients]?"],
  ["[Default]", "[Default]\nHOSTNAME=pc%{IP}\n", "1:2: warning", "lts.conf", "[clients]"],
  ["an applet misspelt", "[inti/pc01]\nDEBUG_SHELL=1\n", "1:2: warning", "no applet inti", "[init/pc01]?"],
  [
    "a MAC with dashes",
    "[52-54-00-12-34-56]\nHOSTNAME=pc01\n",
    "1:2: warning",
    "taken as",
    "[52:54:00:12:34:56]",
  ],
  ["a short MAC", "[52:54:00:12:34]\nHOSTNAME=pc01\n", "1:2: error", "5 pairs", "[52:54:00:12:34:*]"],
  [
    "the letter O in a MAC",
    "[52:54:00:12:34:5O]\nHOSTNAME=pc01\n",
    "1:2: error",
    "5o is no pair",
    "[52:54:00:12:34:56]",
  ],
  [
    "a short IP address",
    "[192.168.67]\nHOSTNAME=pc%{IP}\n",
    "1:2: warning",
    "no IP address",
    "[192.168.67.*]",
  ],
  [
    "a number above 255",
    "[192.168.67.300]\nHOSTNAME=pc01\n",
    "1:2: warning",
    "no IP address",
    "[192.168.67.20]",
  ],
  [
    "a subnet",
    "[192.168.67.0/24]\nHOSTNAME=pc%{IP}\n",
    "1:2: warning",
    "no section's name",
    "[192.168.67.*]",
  ],
  ["a name with its domain", "[pc01.school.lan]\nDEBUG_SHELL=1\n", "1:2: warning", "domain", "[pc01]"],
  [
    "a section twice",
    "[clients]\nHOSTNAME=a\n[Clients]\nHOSTNAME=b\n",
    "1:2: warning",
    "again in line 3",
    "one section",
  ],
  [
    "the general above the particular",
    "[52:54:00:*]\nDEBUG_SHELL=1\n[52:54:00:12:34:56]\nHOSTNAME=pc01\n",
    "3:2: warning",
    "[52:54:00:*] in line 1",
    "Put [52:54:00:12:34:56] above it",
  ],
  [
    "a wide glob above a narrow one",
    "[pc*]\nLANG=C\n[pc0*]\nLANG=C\n",
    "3:2: warning",
    "[pc*] in line 1",
    "Put [pc0*] above",
  ],

  // INCLUDE and hooks.
  [
    "an INCLUDE with brackets",
    "[clients]\nINCLUDE=[lab]\n[lab]\nLANG=C\n",
    "2:9: warning",
    "brackets",
    "INCLUDE=lab",
  ],
  [
    "an INCLUDE of nothing",
    "[clients]\nINCLUDE=labs\n[lab]\nLANG=C\n",
    "2:9: warning",
    "no section [labs]",
    "INCLUDE=lab?",
  ],
  [
    "an INCLUDE of two",
    "[clients]\nINCLUDE='a b'\n[a]\nLANG=C\n[b]\nLANG=C\n",
    "2:9: warning",
    "one section",
    "INCLUDE=a and INCLUDE=b",
  ],
  [
    "a loop",
    "[clients]\nINCLUDE=a\n[a]\nINCLUDE=b\n[b]\nINCLUDE=a\n",
    "6:9: warning",
    "[a] -> [b] -> [a]",
    "Take it out",
  ],
  [
    "an INCLUDE of code",
    "[clients]\nINCLUDE=fix\n[fix]\nrm -f /x\n",
    "2:9: error",
    "holds shell code",
    'POST_INIT_X="section_fix"',
  ],
  [
    "an INCLUDE of what clients cannot see",
    "[clients]\nINCLUDE=server\n[server]\nMENU_TIMEOUT=0\n",
    "2:9: warning",
    "clients never get to see [server]",
    "a section of its own",
  ],
  [
    "an INCLUDE of an applet's section",
    "[clients]\nINCLUDE=init/pc01\n[init/pc01]\nDEBUG_SHELL=1\n",
    "2:9: warning",
    "applet's section",
    "a section of its own",
  ],
  [
    "code that nobody calls",
    "[fix]\nrm -f /x\n",
    "1:2: warning",
    "no hook calls",
    'POST_INIT_X="section_fix"',
  ],
  [
    "a hook that calls settings",
    "[clients]\nPOST_INIT_X=section_lab\n[lab]\nLANG=C\n",
    "2:13: warning",
    "holds settings",
    "INCLUDE",
  ],
];

test.each(rows)("%s", (_, text, place, why, remedy) => {
  const messages = messagesOf(text);
  expect(messages).toHaveLength(1);
  const [message = ""] = messages;
  expect(message.slice(0, `ltsp.conf:${place}`.length)).toBe(`ltsp.conf:${place}`);
  expect(message).toContain(why);
  expect(message.slice(message.indexOf(why))).toContain(remedy);
});

test("a : for the / before a password, and who can read it", () => {
  const messages = messagesOf('[clients]\nPASSWORDS_LAB="guest01:Z3Vlc3Q="\n');
  expect(messages).toEqual([
    expect.stringMatching(
      /^ltsp\.conf:2:1: warning: .*everybody on this server can read.* chmod o= ltsp\.conf$/,
    ),
    expect.stringMatching(
      /^ltsp\.conf:2:15: error: .*a : stands between user and password, where \/ belongs/,
    ),
  ]);
});

test("a password that was not encoded, with the command that does it, and without the password", () => {
  const [, message] = messagesOf('[clients]\nPASSWORDS_LAB="guest01/secret"\n');
  expect(message).toMatch(/^ltsp\.conf:2:15: error: .*not base64; printf %s 'the-password' \| base64/);
  expect(message).not.toContain("secret");
});

test("a hook's typing error is told at both ends", () => {
  expect(messagesOf('[clients]\nPOST_INIT_X="section_fx"\n[fix]\nrm -f /x\n')).toEqual([
    expect.stringMatching(/^ltsp\.conf:2:14: warning: .*section_fx.* Did you mean section_fix\?$/),
    expect.stringMatching(/^ltsp\.conf:3:2: warning: \[fix\] holds shell code that no hook calls/),
  ]);
});

test("one wrong line in a client's section is an error, although the section might be a function", () => {
  expect(messagesOf("[pc01]\nLANG=C\nhostname pc01\n")).toContainEqual(
    expect.stringMatching(/^ltsp\.conf:3:1: error: \[pc01\] holds shell code \(hostname pc01\)/),
  );
});

test("all mistakes of a file are told in one run, in the order of its lines", () => {
  const text =
    "[clients]\nHOSTNAME='pc01\nDNS_SERVER=8.8.8\nLANG de\nINCLUDE=nothing\n[server\nMENU_TIMEOUT=5s\n";
  expect(messagesOf(text).map((message) => message.split(": ")[0])).toEqual([
    "ltsp.conf:2:10",
    "ltsp.conf:3:12",
    "ltsp.conf:4:1",
    "ltsp.conf:5:9",
    "ltsp.conf:6:1",
    "ltsp.conf:7:1",
    "ltsp.conf:7:14",
  ]);
});

test("the line is shown with a caret below the place, behind tabs too", () => {
  const { conf, diagnostics } = checkConf("\n\tDNS_SERVER=8.8\n", "ltsp.conf");
  expect(diagnostics.flatMap((one) => formatDiagnostic(conf.source, one).slice(1))).toEqual([
    "    2 | \tDNS_SERVER=8.8",
    "      | \t           ^",
  ]);
});

/** Files as people have them. A warning about what is right teaches not to read warnings. */
test.each([
  [
    "LTSP's own manual",
    `
[server]
DEFAULT_IMAGE="ubuntu-mate"
KERNEL_PARAMETERS="nomodeset noapic"
MENU_TIMEOUT=-1
IPXE_X86_32_IMG="Debian 32-bit"

[clients]
FSTAB_HOME="server:/home /home nfs defaults,nolock 0 0"
INCLUDE=nvidia
POST_INIT_SET_ROOT_HASH="section_set_root_hash"

[set_root_hash]
# This is the hash of "qwer1234"; cat /etc/shadow to see your hash.
ROOT_HASH='$6$VRfFL349App5$BfxBbLE.tYInJfeqyGTv2lkk6KOjbOBXGKdUkpTmdBXOLOVf/vQJhqRpkEGjvnT.9lKFLBiuhPKbDO6dDAGRL1'
sed "s|^root:[^:]*:|root:$ROOT_HASH:|" -i /etc/shadow

[pc01|52:54:00:12:34:56]
HOSTNAME=pc01
DNS_SERVER="8.8.8.8 208.67.222.222"

[192.168.67.*]
HOSTNAME=pc%{IP}

[nvidia]
POST_INIT_X="rm -f /etc/X11/xorg.conf"
`,
  ],
  [
    "variables of one's own",
    `ROOM=2
[clients]
MOUNT="nfs defaults,nolock 0 0"
FSTAB_HOME="$SERVER:/home /home $MOUNT"
FSTAB_LAB="$SERVER:/srv/lab$ROOM /srv/lab $MOUNT"
HOSTNAME="lab$ROOM-%{IP}"
SEARCH_DOMAIN=\${DOMAIN:-school.lan}
[52:54:00:12:34:56]
KERNEL_PARAMETERS=quiet
HOSTS_SERVER="$SERVER server.$SEARCH_DOMAIN server"
POST_INIT_SEATS='echo "$((SEATS + 1))" >/etc/seats'
SEATS=$((2 * $ROOM))
`,
  ],
  [
    "applets' sections",
    "[init/pc*]\nDEBUG_SHELL=1\n[initrd-bottom/]\nDEBUG_SHELL=0\n[ipxe/]\nMENU_TIMEOUT=0\n",
  ],
  ["a line for everybody above all sections", "DEBUG_SHELL=1\nMENU_TIMEOUT=0\n[common]\nDEFAULT_IMAGE=x\n"],
  ["nothing", ""],
])("%s: no error, no warning", (_, text) => {
  expect(messagesOf(text)).toEqual([]);
});
