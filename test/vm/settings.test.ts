import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { binary } from "../../qemu/paths.ts";
import { openRoom, type Room } from "./room.ts";

const mac = "52:54:00:67:00:41";

/** Every feature of the language; TRACE is the order in which the sections are read. */
const conf = String.raw`
TRACE="top"
INCLUDE=above
OWN='it'"'"'s "so" $x \n'

[above]
TRACE="$TRACE above"

[SERVER]
MENU_TIMEOUT=-1
DEFAULT_IMAGE=bookworm
KERNEL_PARAMETERS="console=ttyS0 ltsp.motto=\"two words\" ltsp.trace=cmdline"

[${mac.slice(0, -3)}:*|525400*]   # a glob, one of two; the section below it is hidden
TRACE="$TRACE mac"
HOSTNAME=pc%{IP}-%{MAC}
INCLUDE=nested
INCLUDE=nested
INCLUDE="loop"
FSTAB_10="tmpfs /srv/ten tmpfs size=1m,x-mount.mkdir 0 0"; FSTAB_2="tmpfs /srv/two tmpfs size=2m,x-mount.mkdir 0 0"
HOSTS_SERVER="$SERVER server.$SEARCH_DOMAIN server"
MENU=$((0x10 * (2 + 1) - 6 / 4))

[${mac}]
TRACE="$TRACE hidden"

[nested]
TRACE="$TRACE nested"
INCLUDE=deeper

[deeper]
TRACE="$TRACE deeper"

[loop]
TRACE="$TRACE loop"
INCLUDE=loop

[192.168.67.[1-9]*]
TRACE="$TRACE ip"
LINES="first
# no comment
[clients]
  last \
line"

[pc*-${mac.replaceAll(":", "")}|nobody]
TRACE="$TRACE hostname"
PIECES=$\{TRACE%% *}:$\{TRACE##* }:$\{MOTTO#* }:$\{NONE:-$\{OTHER:=set}}:$\{OTHER+there}:$\{#MOTTO}

[clients]
TRACE = "$TRACE clients"
SEARCH_DOMAIN=school.example
POST_INIT_1="section_dump_settings"
POST_INIT_2='printf %s "$TRACE $(hostname | wc -w)" >/etc/trace'

[common]
TRACE="$TRACE common"
SPACES = spaced

[init/]
TRACE="$TRACE init"

[init/${mac}]
TRACE="$TRACE init-mac"
LATE="%{HOSTNAME#pc} %{IP} %{TRACE##* } %{NOTHING:-%{MOTTO}} %{http_code}"

[initrd-bottom/192.168.67.*]
TRACE="$TRACE init-ip"

[ipxe/]
TRACE="$TRACE ipxe"

[dump-settings]
# all variables, each with a zero byte behind it
for name in $(set | sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p'); do
    eval "printf '%s=%s\\000' \"$name\" \"\${$name}\""
done > /etc/dump
`.replaceAll("$\\{", "${");

let room: Room;
beforeAll(async () => {
  room = await openRoom(conf);
});
afterAll(() => room?.close());

it("a client's boot uses the values that ltsp conf show prints for it on the server", async () => {
  const client = await room.powerOn({ mac });
  await client.login(240);
  const [ip = ""] = (
    await client.ask("ip -4 -o addr show scope global | sed 's/.*inet \\([^ ]*\\) .*/\\1/'")
  ).split("\n");
  const cmdline = await client.ask("cat /proc/cmdline");
  const dump = Buffer.from((await client.ask("base64 -w0 /etc/dump")).trim(), "base64").toString();
  const used = new Map(
    dump.split("\0").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)] as const;
    }),
  );

  const shown = JSON.parse(
    await room.lan.namespace.run([
      ...[binary, "--json", "conf", "show", join(room.lan.dir, "ltsp.conf")],
      ...["--mac", mac, "--ip", ip, "--cmdline", cmdline, "--from", "192.168.67.1"],
    ]),
  );
  expect(Object.fromEntries(Object.keys(shown).map((name) => [name, used.get(name)]))).toEqual(shown);
  expect([...used.keys()].filter((name) => !(name in shown) && !shOwn.has(name))).toEqual([]);

  const plain = mac.replaceAll(":", "");
  const number = ip.replace(/.*\.|\/.*/g, "");
  expect(shown).toMatchObject({
    HOSTNAME: `pc${number}-${plain}`,
    TRACE: "top above clients common mac nested deeper loop ip hostname init init-mac init-ip",
    OWN: 'it\'s "so" $x \\n',
    MOTTO: "two words",
    MENU: "47",
    LINES: "first\n# no comment\n[clients]\n  last line",
    PIECES: "top:hostname:words:set:there:9",
    LATE: `${number}-${plain} ${number} init-ip two words %{http_code}`,
    HOSTS_SERVER: "192.168.67.1 server.school.example server",
    SPACES: "spaced",
  });

  expect(await client.ask("hostname")).toBe(shown.HOSTNAME);
  expect(await client.ask("cat /etc/trace")).toBe(`${shown.TRACE} 1`);
  expect(await client.ask("getent hosts server.school.example")).toMatch(/^192\.168\.67\.1 /);
  expect(await client.ask("grep -o '/srv/t[a-z]*' /etc/fstab")).toBe("/srv/ten\n/srv/two");
  expect(await client.ask("findmnt -no SIZE /srv/two")).toMatch(/2M/);
});

/** What every sh has set, and what the kernel gives to its first program. */
const shOwn = new Set([
  "IFS",
  "OPTIND",
  "PATH",
  "PPID",
  "PS1",
  "PS2",
  "PS4",
  "PWD",
  "SHLVL",
  "HOME",
  "TERM",
  "BOOTIF",
  "",
]);
