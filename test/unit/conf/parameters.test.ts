import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkConf } from "../../../conf/check/check.ts";
import { evaluate } from "../../../conf/evaluate.ts";
import { replaced } from "../../../conf/parameters/replaced.ts";
import {
  findParameter,
  parameterGroups,
  parameters,
  refusal,
  replacedParameter,
} from "../../../conf/parameters.ts";
import { parseConf } from "../../../conf/parse.ts";

const settingsOf = (text: string) =>
  evaluate(parseConf(text, "ltsp.conf"), { side: "client", ip: "192.168.67.20" });
/** The errors in a text, as "line:column: why. remedy". */
const check = (text: string) => {
  const { conf, diagnostics } = checkConf(text, "ltsp.conf");
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ offset, why, remedy }) => `${conf.source.place(offset)}: ${why}. ${remedy}`);
};
const why = (name: string, value: string) => refusal(name, value)?.why;

describe("the table", () => {
  test.each(parameters.map(({ name, example }) => [name, example]))(
    "the example of %s is a line that sets it, and right",
    (name, example) => {
      const [set = ""] = settingsOf(example).names();
      expect(example).not.toContain("\n");
      // INCLUDE is done when it is read, and sets nothing.
      if (name !== "INCLUDE") expect(findParameter(set)?.name).toBe(name);
      expect(check(example)).toEqual([]);
    },
  );

  test("is in alphabetical order, in its groups too, and names nothing twice", () => {
    for (const rows of [parameters, ...parameterGroups.map((group) => group.parameters)]) {
      const names = rows.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)].sort());
    }
  });

  test("help is whole sentences", () => {
    for (const { help } of parameters) expect(help).toMatch(/^\S.*\.$/);
  });

  test("a member of a family finds its row", () => {
    expect(findParameter("FSTAB_HOME")?.name).toBe("FSTAB_x");
    expect(findParameter("FSTAB_")).toBeUndefined();
    expect(findParameter("HOSTNAME")?.name).toBe("HOSTNAME");
    expect(findParameter("UDEV_SEAT_12_GRAPHICS")?.name).toBe("UDEV_SEAT_n_x");
    expect(findParameter("UDEV_SEAT_A_GRAPHICS")).toBeUndefined();
    expect(findParameter("POST_INIT_A")?.name).toBe("POST_INIT_x");
    expect(findParameter("TIMEOUT")).toBeUndefined();
  });

  test("no name that is said to be replaced is one, and what is to be written instead is right", () => {
    for (const { name, remedy } of replaced) {
      expect(findParameter(name)).toBeUndefined();
      const [, line] = /([A-Z_]+=.*?)(?:, with .*)?\.$/.exec(remedy) ?? [];
      if (line !== undefined && !line.includes("…") && !line.includes(" or "))
        expect(check(line.replace("user/password", "user/cGFzcw==")), line).toEqual([]);
    }
    expect(replacedParameter("SCREEN_07")?.remedy).toContain("display manager");
    expect(replacedParameter("LOCAL_APPS_EXTRAMOUNTS")?.remedy).toContain("FSTAB_");
    expect(replacedParameter("HOSTNAME")).toBeUndefined();
  });
});

describe("planned", () => {
  const repo = join(import.meta.dirname, "../../..");
  const sources = ["client", "init", "server", "initrd"]
    .flatMap((folder) =>
      readdirSync(join(repo, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        join(repo, folder, file),
      ),
    )
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  /** Does a string in the sources have this name, or begin with this family's prefix? */
  const isRead = (name: string) => {
    const [start] = name.split(/(?:n_)?x$/);
    return start === name
      ? new RegExp(`["'\`]${name}["'\`]`).test(sources)
      : new RegExp(`["'\`]${start}`).test(sources);
  };
  // These the language itself reads, in conf/.
  const rows = parameters.filter(({ name }) => !["INCLUDE", "HOSTNAME", "SERVER"].includes(name));

  test.each(rows.filter(({ planned }) => planned).map(({ name }) => name))(
    "%s is not read by anything yet (if it is now: take its `planned` out)",
    (name) => expect(isRead(name)).toBe(false),
  );

  test.each(rows.filter(({ planned }) => !planned).map(({ name }) => name))(
    "%s is read by something (if it is not: it is `planned`)",
    (name) => expect(isRead(name)).toBe(true),
  );
});

describe("a value that is refused", () => {
  test.each([
    ["HOSTNAME=pc_1", "HOSTNAME is letters"],
    ["HOSTS_A='printer 192.168.67.9'", "HOSTS_A is an IP address and then names"],
    ["FSTAB_A=server:/home", "FSTAB_A is a line of /etc/fstab"],
    ["DNS_SERVER=192.168.67.300", "DNS_SERVER is IP addresses"],
    ["SEARCH_DOMAIN='a..b'", "SEARCH_DOMAIN is domains"],
    ["MENU_TIMEOUT=5s", 'MENU_TIMEOUT is milliseconds, -1 to hide the menu, or 0 to wait for ever, not "5s"'],
    ["DEBUG_SHELL=maybe", 'DEBUG_SHELL is 0 or 1, not "maybe". Write for instance DEBUG_SHELL=1.'],
    ["DEFAULT_IMAGE='my image'", "DEFAULT_IMAGE is an image's name"],
    ["SERVER='a b'", "SERVER is an address"],
    ["JOURNAL_SIZE=32MB", "JOURNAL_SIZE is a size in bytes, or with K, M or G behind it"],
    ["ZRAM_SWAP=0.5", "ZRAM_SWAP is 0, 1, or a percentage of the RAM such as 50%"],
    ["HOSTNAME=%{B}\nB=%{HOSTNAME}", "needs its own value"],
  ])("%s is refused on its line", (text, message) => {
    const [failure] = check(`\n${text}`);
    expect(failure).toMatch(/^ltsp\.conf:2:\d+: /);
    expect(failure).toContain(message);
  });

  test.each([
    ["HOSTNAME", "pc_1", '"_" is in "pc_1"'],
    ["HOSTNAME", "pc01.school.example", '"pc01.school.example" has a domain, which is for SEARCH_DOMAIN'],
    ["HOSTNAME", "-pc", '"-pc" starts or ends with a dash'],
    ["DNS_SERVER", "192.168.67.1 9.9.9", '"9.9.9" is none'],
    ["INCLUDE", "[old_pcs]", "it is written without brackets: old_pcs"],
    ["HOSTS_A", "192.168.67.9", "there is no name behind 192.168.67.9"],
    ["FSTAB_A", "/dev/sda2 none", "it has only two fields"],
    ["FSTAB_A", ":/home /home nfs", "no server stands before :/home"],
    ["FSTAB_A", "server:/home home nfs", '"home" is no directory, which starts with /'],
    ["FSTAB_A", "server:/home /home nfs rw, nolock 0 0", '"nolock" stands where the numbers'],
    ["FSTAB_A", "server:/my home /home nfs rw", "(a space in a name is written \\040)"],
    ["FSTAB_A", "server:/home /home nfs rw 0 0 0", "it has 7 fields, and six are the most"],
    ["CRONTAB_A", "30 15 * * * poweroff", "before the command: 30 15 * * * root poweroff"],
    [
      "CRONTAB_A",
      "30 15 * * * /sbin/poweroff now",
      "before the command: 30 15 * * * root /sbin/poweroff now",
    ],
    ["CRONTAB_A", "30 15 * * *", "there is no user and no command behind the times"],
    ["CRONTAB_A", "30 25 * * * root poweroff", '"25" is no hour (0-23)'],
    ["CRONTAB_A", "30 15 * * fri-mon root poweroff", '"fri-mon" is no day of the week (0-7)'],
    ["CRONTAB_A", "15:30 root poweroff", '"15:30" is no minute'],
    ["CRONTAB_A", "@boot root poweroff", "@boot is none of cron's words"],
    ["LANG", "de-de.UTF-8", "de-de.UTF-8 is written de_DE.UTF-8"],
    ["NETCONSOLE", "192.168.67.1:99999", '"99999" is no port'],
    ["KERNEL_PARAMETERS", "quiet && splash", "&& means something to iPXE"],
    ["IPXE_A", "Für alle", "iPXE cannot take ü"],
    ["ADD_IMAGE_EXCLUDES", "opt/*\n../etc", "there is .. in it"],
    ["LTSPDM_USERS", "*", "nothing stands before its *"],
    ["PWMERGE_SUR", "a(b", "its ( is never closed"],
    ["XKBLAYOUT", "de us", '"de us" is none'],
    ["XKBLAYOUT", "us(intl)", "us's variant is written XKBVARIANT=intl"],
    ["XKBVARIANT", "nodeadkeys;", '"nodeadkeys;" is none'],
    ["XKBOPTIONS", "nocaps", '"nocaps" is none'],
    ["X_VIRTUAL", "1024x768", "a space stands between the two: 1024 768"],
    ["X_HORIZSYNC", "87-28", "87-28 has its larger number first"],
    ["X_MODELINE", '"1024x768" 63.5 1024 1072', "3 numbers follow the mode's name, not 9"],
    ["X_MODELINE", '"a" 1 2 3 4 5 6 7 8 9 +sync', "+sync is no flag of a mode"],
    ["AUTOLOGIN", "1", "1 is no user: it names the one who is logged in"],
    ["AUTOLOGIN", "0", "0 is no user; to switch it off, leave it empty"],
    ["AUTOLOGIN", "pc/guest lab", "lab has no / and replacement"],
    ["AUTOLOGIN", "^pc\\([0-9]*$/guest\\1", "its ( is never closed"],
    ["AUTOLOGIN", "pc(/guest", "in pc(, its ( is never closed"],
    ["AUTOLOGIN", "s/pc/guest/", "more than one /"],
  ])("%s=%s: but %s", (name, value, fault) => {
    const message = why(name, value) ?? "it is taken";
    expect(message).toContain(`${name} is ${findParameter(name)?.type}, but `);
    expect(message).toContain(fault);
  });

  test("a message is short, however long the value", () => {
    const values = ["x".repeat(9999), "maybe ".repeat(999), "[".repeat(9999), `${" ".repeat(9999)}\n[x/`];
    for (const { name } of parameters) {
      for (const value of values) expect((why(name, value) ?? "").length).toBeLessThan(400);
    }
  });
});

describe("passwords", () => {
  test.each([
    ["user83:cGFzc3dvcmQ=", "a : stands between user and password, where / belongs"],
    ["user83:Q0Bz/cGFzc3dv", "a : stands between"],
    ["teacher", "there is no / and password behind the user; printf %s 'the-password' | base64 makes one"],
    ["teacher/secret1", "the password is not base64; printf %s 'the-password' | base64 makes one"],
    // These are base64's letters, in fours, and yet passwords as they are.
    ["teacher/password", "the password is not base64"],
    ["teacher/1234", "the password is not base64"],
    ["teacher/cXdlcjEyMzR=", "the password is not base64"],
    ["teacher/cXdlcjEyMzQ= pupil/geheim", "the password is not base64"],
    ["/cXdlcjEyMzQ=", "there is no user before the /"],
    ["te[acher/cXdlcjEyMzQ=", "the user's part is no regular expression"],
  ])("%s is refused: %s", (value, fault) => {
    expect(why("PASSWORDS_A", value)).toContain(`, but ${fault}`);
  });

  test("no part of a value is printed, whatever is wrong with it", () => {
    const values = [
      "user83:Secret/9",
      "a/Secret9",
      "a/Secret 9 Secret9",
      "Secret9",
      "/Secret9",
      "a[/Secret9",
    ];
    for (const value of values) expect(JSON.stringify(refusal("PASSWORDS_A", value))).not.toMatch(/secret/i);
  });

  test("the word at fault is counted", () => {
    expect(why("PASSWORDS_A", "a/MTIz b c/MTIz")).toMatch(/\(in word 2\)$/);
  });
});

describe("a value that is taken", () => {
  test.each([
    ["PASSWORDS_A", "teacher/cXdlcjEyMzQK\n  [a-z][-0-9]*/MTIzNAo= guest[^:]*/ "],
    ["AUTOLOGIN", "user01"],
    ["AUTOLOGIN", "Anna.Müller"],
    ["AUTOLOGIN", "pc/guest lab([0-9]+)/pupil\\1"],
    ["AUTOLOGIN", "^pc\\([0-9]*\\)$/guest\\1"],
    ["FSTAB_A", "server:/home  /home\tnfs"],
    ["FSTAB_A", "/dev/sda2 none swap sw 0 0\n# and\n/dev/sda3 /data ext4"],
    ["HOSTS_A", "fd00::9 printer # by the door"],
    ["CRONTAB_A", "@reboot root date > /run/started"],
    ["CRONTAB_A", "*/5,1-3 8-18/2 1 jan-mar Mon,wed teacher ls -l"],
    ["CRONTAB_A", "PATH=/bin\n0 0 * * 7 root true"],
    ["DNS_SERVER", " 192.168.67.1,\n fd00::1"],
    ["MENU_TIMEOUT", "0"],
    ["CUPS_SERVER", "192.168.67.1:631/version=1.1"],
    ["CUPS_SERVER", "ignore"],
    ["NETCONSOLE", "[fd00::1]:6666"],
    ["SYSLOG_HOST", "logs.school.example"],
    ["LANG", "el_GR.utf8"],
    ["LANG", "C.UTF-8"],
    ["LANG", "sr_RS.UTF-8@latin"],
    ["LANGUAGE", "de_AT:de:en"],
    ["PAM_AUTH_TYPE", "0"],
    ["X_HORIZSYNC", "31.5, 35.15-38"],
    ["X_MODES", "1024x768 800x600"],
    ["X_MODELINE", 'Modeline "1024x768_85.00"   94.50  1024 1096 1200 1376  768 771 775 809 -hsync +vsync'],
    ["UDEV_SEAT_1_A", "*/usb?/?-[2,4,6,8]/*"],
    ["XKBLAYOUT", "gr,us"],
    ["XKBMODEL", "pc105"],
    ["XKBVARIANT", ",intl"],
    ["XKBOPTIONS", "grp:alt_shift_toggle,eurosign:e"],
    ["KEEP_SYSTEM_SERVICES", "apparmor\nssh getty@tty2.service dev-disk-by\\x2dlabel.swap"],
    ["PWMERGE_SGR", "^(teachers|class[0-9]{2}|[[:alpha:]]+)$"],
    ["KERNEL_PARAMETERS", "quiet\n  splash"],
    ["DEBUG_LOG", ""],
    ["HOSTNAME", "pc%{IP}"],
    ["ZRAM_SWAP", "150%"],
    ["ZRAM_SWAP", "yes"],
  ])("%s=%s", (name, value) => {
    expect(refusal(name, value)).toBeUndefined();
  });

  test.each(["0", "1", " yes ", "No", "TRUE", "off", "2", "y", "enabled"])(
    "a flag that is %o means the same to the check and to the boot",
    (value) => {
      const settings = settingsOf(`RELOGIN='${value}'`);
      if (refusal("RELOGIN", value) === undefined)
        expect(typeof settings.flag("RELOGIN", true)).toBe("boolean");
      else expect(() => settings.flag("RELOGIN", true)).toThrow("RELOGIN is 0 or 1");
    },
  );
});
