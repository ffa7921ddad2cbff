import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { disable, mask, unitsOf } from "../../../client/units.ts";
import { clientWith } from "./client.ts";

const etc = "etc/systemd/system";
const image = "usr/lib/systemd/system";
const install = (...lines: string[]) => `[Service]\nExecStart=/bin/true\n[Install]\n${lines.join("\n")}\n`;

/** A root with these unit files and symlinks. */
function rootWith(files: Record<string, string>, links: Record<string, string>): string {
  const { root } = clientWith("", files);
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(`${root}/${path}`), { recursive: true });
    symlinkSync(target, `${root}/${path}`);
  }
  return root;
}

test("a disabled unit loses its symlinks and aliases, and those of the units that Also= names", () => {
  const root = rootWith(
    {
      [`${image}/a.service`]: install("WantedBy=multi-user.target", "Alias=b.service", "Also=a.socket"),
      [`${image}/a.socket`]: install("WantedBy=sockets.target"),
      [`${image}/c.service`]: install("WantedBy=multi-user.target"),
    },
    {
      [`${etc}/multi-user.target.wants/a.service`]: `/${image}/a.service`,
      [`${etc}/multi-user.target.wants/c.service`]: `/${image}/c.service`,
      [`${etc}/sockets.target.wants/a.socket`]: `/${image}/a.socket`,
      [`${etc}/b.service`]: `/${image}/a.service`,
    },
  );
  disable(unitsOf(root, "system"), ["b.service"]);
  expect(readdirSync(`${root}/${etc}`)).toEqual(["multi-user.target.wants"]);
  expect(readdirSync(`${root}/${etc}/multi-user.target.wants`)).toEqual(["c.service"]);
});

test("a disabled template loses its instances; a disabled instance only itself", () => {
  const unit = { [`${image}/t@.service`]: install("WantedBy=multi-user.target", "DefaultInstance=1") };
  const wants = `${etc}/multi-user.target.wants`;
  const instances = {
    [`${wants}/t@1.service`]: `/${image}/t@.service`,
    [`${wants}/t@2.service`]: `/${image}/t@.service`,
  };
  const one = rootWith(unit, instances);
  disable(unitsOf(one, "system"), ["t@1.service"]);
  expect(readdirSync(`${one}/${wants}`)).toEqual(["t@2.service"]);
  const all = rootWith(unit, instances);
  disable(unitsOf(all, "system"), ["t@.service"]);
  expect(existsSync(`${all}/${wants}`)).toBe(false);
});

test("a masked unit stays masked when it is disabled", () => {
  const root = rootWith({ [`${image}/a.service`]: install() }, { [`${etc}/a.service`]: "/dev/null" });
  disable(unitsOf(root, "system"), ["a.service"]);
  expect(readlinkSync(`${root}/${etc}/a.service`)).toBe("/dev/null");
});

test("a mask takes the place of a unit's own file in /etc", () => {
  const root = rootWith({ [`${etc}/a.service`]: install(), [`${etc}/b.service`]: install() }, {});
  mask(unitsOf(root, "system"), ["a.service"]);
  expect(readlinkSync(`${root}/${etc}/a.service`)).toBe("/dev/null");
  expect(existsSync(`${root}/${etc}/b.service`)).toBe(true);
});

test("an absolute symlink in a root does not lead out of it", () => {
  const root = rootWith(
    { "srv/units/a.service": install("Also=b.service"), [`${image}/b.service`]: install() },
    {
      "usr/local/lib/systemd": "/srv",
      "srv/system": "units",
      [`${etc}/x.target.wants/b.service`]: "/nowhere",
    },
  );
  disable(unitsOf(root, "system"), ["a.service"]);
  expect(readdirSync(`${root}/${etc}`)).toEqual([]);
});

test("units of the sessions have directories of their own", () => {
  const root = rootWith(
    { "usr/share/systemd/user/a.service": install() },
    {
      "etc/systemd/user/default.target.wants/a.service": "/usr/share/systemd/user/a.service",
      [`${etc}/default.target.wants/a.service`]: "/dev/null",
    },
  );
  disable(unitsOf(root, "user"), ["a.service"]);
  expect(readdirSync(`${root}/etc/systemd/user`)).toEqual([]);
  expect(existsSync(`${root}/${etc}/default.target.wants`)).toBe(true);
});
