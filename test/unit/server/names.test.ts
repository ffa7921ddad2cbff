import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { placeOf } from "../../../server/names.ts";
import { defaults } from "../../../server/options.ts";

const base = mkdtempSync(join(tmpdir(), "ltsp-names-"));
afterAll(() => rmSync(base, { recursive: true }));
mkdirSync(join(base, "lab"));
writeFileSync(join(base, "pc.img"), "");
const here = (name: string) => relative(process.cwd(), join(base, name));

test.each([
  ["a name", "lab", join(base, "lab")],
  ["a disk's name, with options", "pc,partition=2", `${join(base, "pc.img")},partition=2`],
  ["a path from here", `./${here("lab")}`, join(base, "lab")],
  [
    "layers",
    `./${here("lab")},subdir=x,,./${here("pc.img")},fstype=ext4,,lower`,
    `${join(base, "lab")},subdir=x,,${join(base, "pc.img")},fstype=ext4,,${process.cwd()}/lower`,
  ],
  ["this machine", "/", "/"],
])("what makes an image again, from anywhere: %s", (_, argument, source) => {
  const options = { ...defaults, base };
  const place = placeOf(argument, options);
  expect(place.source).toBe(source);
  expect(placeOf(place.source, options)).toEqual(place);
});
