import { cpSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isUnitName } from "../../client/unit-file.ts";
import type { Scope } from "../../client/unit-tree.ts";
import { disable, mask, unitsOf } from "../../client/units.ts";
import { suites } from "../../qemu/roots.ts";
import { madeInstances, makeUnits } from "./made-units.ts";
import { type DebianClient, debianClient } from "./root.ts";

const scopes: Scope[] = ["system", "user"];
const option = (scope: Scope) => (scope === "user" ? "--global" : "--system");

/** Where the root under test lies in the client's: /etc/systemd and the image's units are all that systemctl reads. */
const SMALL = "/tmp/small";

/** A copy of a root's units with everything enabled that can be, by its own systemctl. */
function allEnabled(client: DebianClient): string {
  const small = client.root + SMALL;
  for (const path of ["etc/systemd", "usr/lib/systemd/system", "usr/lib/systemd/user"])
    cpSync(join(client.root, path), join(small, path), { recursive: true, verbatimSymlinks: true });
  client.exec("ln", "-s", "usr/lib", `${SMALL}/lib`);
  makeUnits(small);
  for (const scope of scopes) {
    // Without a preset that says otherwise, everything is enabled.
    client.exec("systemctl", `--root=${SMALL}`, option(scope), "preset-all");
  }
  client.exec("systemctl", `--root=${SMALL}`, "enable", ...madeInstances);
  mkdirSync(join(small, "saved"));
  cpSync(join(small, "etc/systemd"), join(small, "saved"), { recursive: true, verbatimSymlinks: true });
  return small;
}

/** Every unit of a root, by its scope. */
function unitsIn(small: string, scope: Scope): string[] {
  const directories = ["etc", "usr/lib", "usr/share", "usr/local/lib", "usr/local/share"];
  const names = directories.flatMap((directory) => {
    try {
      return readdirSync(join(small, directory, "systemd", scope));
    } catch {
      return [];
    }
  });
  return [...new Set([...names, ...(scope === "system" ? madeInstances : [])])].filter(isUnitName).sort();
}

/** The symlinks below /etc/systemd, and where they point to. */
function linksIn(small: string, directory = "etc/systemd"): string[] {
  return readdirSync(join(small, directory), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) return [`${path}/`, ...linksIn(small, path)];
      return entry.isSymbolicLink() ? [`${path} -> ${readlinkSync(join(small, path))}`] : [path];
    })
    .sort();
}

function restore(small: string): void {
  rmSync(join(small, "etc/systemd"), { recursive: true });
  cpSync(join(small, "saved"), join(small, "etc/systemd"), { recursive: true, verbatimSymlinks: true });
}

/** What /etc/systemd holds, as linksIn says it. */
const LIST =
  "find etc/systemd -mindepth 1 \\( -type l -printf '%p -> %l\\n' -o -type d -printf '%p/\\n' -o -printf '%p\\n' \\)";

/** $0 is the root. Each line of "jobs" there is options, a verb and units: what /etc/systemd holds after each. */
const judge = `
cd "$0"
before=$(${LIST})
while read -r arguments; do
  echo "# $arguments"
  systemctl --root="$0" $arguments >/dev/null 2>&1
  after=$(${LIST})
  printf '%s\\n' "$after"
  [ "$after" = "$before" ] || { rm -rf etc/systemd && cp -a saved etc/systemd; }
done <jobs`;

/** What each job leaves, by the root's own systemctl. */
function judged(client: DebianClient, jobs: readonly string[]): Map<string, string[]> {
  writeFileSync(`${client.root}${SMALL}/jobs`, jobs.map((job) => `${job}\n`).join(""));
  const answers = client.ask("sh", "-c", judge, SMALL).split(/^# /m).slice(1);
  return new Map(
    answers.map((answer) => {
      const [job = "", ...entries] = answer.trimEnd().split("\n");
      return [job, entries.sort()];
    }),
  );
}

/** One call of systemctl, and what is to do the same. */
interface Job {
  arguments: string;
  scope: Scope;
  verb: typeof disable | typeof mask;
  units: string[];
}

/** Disables every unit by itself; masks all of a scope at once, as one mask has nothing to do with another. */
function jobsFor(small: string): Job[] {
  return scopes.flatMap((scope) => {
    const units = unitsIn(small, scope);
    // systemctl masks no unit whose file lies in /etc.
    const own = readdirSync(`${small}/etc/systemd/${scope}`, { withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const maskable = units.filter((unit) => !own.some(({ name }) => name === unit));
    return [
      {
        arguments: `${option(scope)} --force mask ${maskable.join(" ")}`,
        scope,
        verb: mask,
        units: maskable,
      },
      ...units.map((unit) => ({
        arguments: `${option(scope)} disable ${unit}`,
        scope,
        verb: disable,
        units: [unit],
      })),
    ];
  });
}

describe.each(suites)("%s", (suite) => {
  test("what disable and mask leave is what systemctl --root leaves, for every unit", () => {
    const client = debianClient(suite);
    const small = allEnabled(client);
    const before = linksIn(small).join();
    const jobs = jobsFor(small);
    const answers = judged(
      client,
      jobs.map((job) => job.arguments),
    );
    const differences: Record<string, unknown> = {};
    let changes = 0;
    for (const { arguments: job, scope, verb, units } of jobs) {
      verb(unitsOf(small, scope), units);
      const ours = linksIn(small);
      const theirs = answers.get(job) ?? [];
      if (ours.join() !== theirs.join()) {
        differences[job] = {
          ours: ours.filter((line) => !theirs.includes(line)),
          systemctl: theirs.filter((line) => !ours.includes(line)),
        };
      }
      if (ours.join() === before) continue;
      restore(small);
      changes += 1;
    }
    expect(differences).toEqual({});
    expect(jobs.length).toBeGreaterThan(300);
    expect(changes).toBeGreaterThan(80);
  }, 300_000);

  test("a SysV script without a unit starts no more, and others still do", () => {
    const scripts = ["made-script", "made-other"];
    const [theirs, ours] = ["systemctl", "ltsp"].map((who) => {
      const client = debianClient(suite);
      for (const script of scripts) {
        const header = `### BEGIN INIT INFO\n# Provides: ${script}\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\n`;
        writeFileSync(`${client.root}/etc/init.d/${script}`, `#!/bin/sh\n${header}`, { mode: 0o755 });
        client.ask("update-rc.d", script, "defaults");
      }
      if (who === "systemctl") client.ask("systemctl", "disable", "made-script");
      else disable(unitsOf(client.root, "system"), ["made-script.service"]);
      return client.ask("sh", "-c", "ls /etc/rc?.d/*made-*").split("\n");
    });
    expect(ours).toEqual(theirs);
    expect(ours).toContain("/etc/rc5.d/K01made-script");
    expect(ours).toContain("/etc/rc5.d/S01made-other");
  });
});
