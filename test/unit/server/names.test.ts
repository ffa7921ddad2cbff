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
const whole = (name: string) => `${process.cwd()}/${here(name)}`;

test.each([
  ["a name", "lab", "lab"],
  ["a disk's name, with options", "pc,partition=2", "pc,partition=2"],
  ["a path from here", `./${here("lab")}`, whole("lab")],
  [
    "layers",
    `./${here("lab")},subdir=x,,./${here("pc.img")},fstype=ext4,,lower`,
    `${whole("lab")},subdir=x,,${whole("pc.img")},fstype=ext4,,${process.cwd()}/lower`,
  ],
  ["this machine", "/", "/"],
])("what makes an image again, from anywhere: %s", (_, argument, source) => {
  const options = { ...defaults, base };
  const place = placeOf(argument, options);
  expect(place.source).toBe(source);
  const again = placeOf(place.source, options);
  expect(again.source).toBe(source);
  expect(again.image).toBe(place.image);
});
