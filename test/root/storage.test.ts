import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { crontab } from "../../client/crontab.ts";
import { fstab } from "../../client/fstab.ts";
import { localSwap } from "../../client/local-swap.ts";
import { zramSwap } from "../../client/zram.ts";
import { suites } from "../../qemu/roots.ts";
import { type DebianClient, debianClient } from "./root.ts";

const GIB = 2 ** 30;

/** What systemd makes of /etc/fstab: the units below a directory, by their paths. */
function generated(client: DebianClient): Map<string, string> {
  const directories = ["normal", "early", "late"].map((name) => `/run/generated/${name}`);
  for (const directory of directories) mkdirSync(join(client.root, directory), { recursive: true });
  client.ask("/usr/lib/systemd/system-generators/systemd-fstab-generator", ...directories);
  const top = join(client.root, "/run/generated/normal");
  const paths = readdirSync(top, { recursive: true, encoding: "utf8" });
  const units = paths.filter((path) => /\.(mount|swap)$/.test(path));
  return new Map(units.map((path) => [path, readFileSync(join(top, path), "utf8")]));
}

describe.each(suites)("%s", (suite) => {
  test("FSTAB_x: findmnt finds nothing wrong, and what systemd makes of it cannot stop the boot", () => {
    const client = debianClient(
      suite,
      `FSTAB_HOME="server:/home /home nfs defaults,nolock 0 0"
FSTAB_SCRATCH="tmpfs /scratch tmpfs size=5m 0 0
/dev/sda3 /data ext4 noatime 0 2"
FSTAB_WRONG="/dev/sda1 /wrong"`,
    );
    for (const directory of ["scratch", "data"]) mkdirSync(join(client.root, directory));
    fstab(client);
    expect(client.warnings).toHaveLength(1);
    // A disk that is not there is all that it may complain of.
    expect(client.exec("findmnt", "--verify", "--tab-file", "/etc/fstab").output).toContain("0 parse errors");
    expect(client.ask("findmnt", "--fstab", "--noheadings", "--output", "TARGET").split("\n")).toEqual([
      "/home",
      "/scratch",
      "/data",
    ]);

    const units = generated(client);
    expect([...units.keys()].sort()).toEqual([
      "data.mount",
      "home.mount",
      "local-fs.target.wants/data.mount",
      "local-fs.target.wants/scratch.mount",
      "remote-fs.target.requires/home.mount",
      "scratch.mount",
    ]);
    expect(units.get("home.mount")).toMatch(/^Before=remote-fs\.target$/m);
    expect(units.get("home.mount")).toMatch(/^TimeoutSec=30s$/m);
    for (const name of ["data.mount", "scratch.mount"])
      expect(units.get(name)).toMatch(/^Before=local-fs\.target$/m);
  });

  test("FSTAB_x: a mount that does not wait for NetworkManager is a unit that systemd accepts", () => {
    const client = debianClient(
      suite,
      'FSTAB_HOME="server:/srv/my\\\\040home /srv/my\\\\040home nfs ro 0 0"',
    );
    fstab(client);
    const name = client.ask("systemd-escape", "--path", "--suffix=mount", "/srv/my home");
    const unit = [...generated(client).keys()].find((path) => path.startsWith("srv-"));
    expect(unit).toBe(name);
    // The one drop-in is that unit's.
    expect(readdirSync(`${client.run}/systemd/system`)).toEqual([`${name}.d`]);
    const files = [`/run/generated/normal/${name}`];
    expect(client.ask("systemd-analyze", "verify", "--man=no", ...files)).toBe("");
  });

  test("CRONTAB_x: cron takes all lines, and runs the one that is for its start", () => {
    const client = debianClient(
      suite,
      `CRONTAB_A='30 15 * * mon-fri root poweroff
99 * * * * root true
0 1 * * * nobody-knows true'
CRONTAB_B='@reboot pupil01 id -un >/tmp/ran'`,
    );
    crontab(client);
    expect(client.warnings).toHaveLength(2);
    rmSync(join(client.root, "tmp/ran"), { force: true });
    // One line that it does not take, and it would take none.
    client.exec("timeout", "3", "cron", "-f");
    expect(readFileSync(join(client.root, "tmp/ran"), "utf8")).toBe("pupil01\n");
  });

  test("LOCAL_SWAP: udev and systemd accept the rules and the unit", () => {
    const client = debianClient(suite, 'FSTAB_A="/dev/sda2 none swap\nLABEL=big none swap"');
    localSwap(client);
    const unit = "/run/systemd/system/ltsp-swap@.service";
    const instance = "/run/systemd/system/ltsp-swap@sda2.service";
    client.ask("cp", unit, instance);
    expect(client.ask("systemd-analyze", "verify", "--man=no", instance)).toBe("");
    const rules = "/run/udev/rules.d/90-ltsp-swap.rules";
    // udevadm knows "verify" since version 254.
    if (suite === "trixie") expect(client.ask("udevadm", "verify", rules)).toContain("1 udev rules files");
    expect(existsSync(join(client.root, rules))).toBe(true);
  });

  test("ZRAM_SWAP: systemd accepts the unit, whose programs are all in the image", () => {
    const client = debianClient(suite, "ZRAM_SWAP=1");
    const [kernel = ""] = readdirSync(join(client.root, "usr/lib/modules"));
    zramSwap(client, GIB, kernel);
    expect(client.warnings).toEqual([]);
    const unit = "/run/systemd/system/ltsp-zram.service";
    expect(client.ask("systemd-analyze", "verify", "--man=no", unit)).toBe("");
    const text = readFileSync(join(client.root, unit), "utf8");
    const started = text.replaceAll(/^Condition.*$/gm, "");
    for (const [, program = ""] of started.matchAll(/(\/s?bin\/\w+)/g)) client.ask("test", "-x", program);
  });

  test.each(["/usr/sbin/zramswap", "/usr/lib/systemd/system-generators/zram-generator"])(
    "ZRAM_SWAP: systemd does not start it in an image with %s, which makes its own",
    (program) => {
      const client = debianClient(suite, "");
      zramSwap(client, GIB);
      const text = readFileSync(join(client.root, "run/systemd/system/ltsp-zram.service"), "utf8");
      const conditions = text.match(/^Condition.*=!.*$/gm) ?? [];
      const met = () => client.exec("systemd-analyze", "condition", ...conditions).status === 0;
      expect(met()).toBe(true);
      writeFileSync(join(client.root, program), "");
      expect(met()).toBe(false);
    },
  );
});
