import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { confCheck } from "../../../server/conf-check.ts";
import { newOwnership } from "../../../server/conf-file.ts";
import { confNew } from "../../../server/conf-new.ts";
import { type ConfDirectory, confDirectory } from "./conf-directory.ts";

let directory: ConfDirectory;
beforeEach(() => {
  directory = confDirectory();
});
afterEach(() => directory.remove());

test("makes a file without mistakes, closed to other users, and its directory if need be", () => {
  rmSync(join(directory.path, "etc"), { recursive: true });
  const { lines } = confNew(directory.conf);
  expect(directory.read()).toMatch(/^# ltsp\.conf/);
  expect(statSync(directory.conf).mode & 0o7777).toBe(0o660);
  expect(confCheck(directory.conf).lines.at(-1)).toMatch(/no errors, no warnings$/);
  expect(directory.files()).toEqual(["ltsp.conf"]);
  expect(lines.at(-1)).toBe(
    `Next: ltsp --conf ${directory.conf} conf edit, then ltsp --conf ${directory.conf} initrd`,
  );
});

test("administrators may change it: root gives it to the group sudo", () => {
  const groups = join(directory.path, "group");
  writeFileSync(groups, "root:x:0:\nsudo:x:4711:anna\n");
  const isRoot = process.getuid?.() === 0;
  expect(newOwnership(groups).gid).toBe(isRoot ? 4711 : process.getgid?.());
  writeFileSync(groups, "root:x:0:\nsudoers:x:1:\n");
  expect(newOwnership(groups).gid).toBe(process.getgid?.());
});

test("what is there stays, even a link to nowhere", () => {
  directory.write("HOSTNAME=mine\n");
  expect(() => confNew(directory.conf)).toThrow(/something is there already.* conf edit$/);
  expect(directory.read()).toBe("HOSTNAME=mine\n");
  const link = join(directory.path, "etc/link.conf");
  symlinkSync("nowhere.conf", link);
  expect(() => confNew(link)).toThrow(/something is there already/);
  expect(directory.files()).toEqual(["link.conf", "ltsp.conf"]);
});

test("where it cannot be written, nothing is left", () => {
  const inFile = join(directory.write(""), "ltsp.conf");
  expect(() => confNew(inFile)).toThrow(/ltsp\.conf: cannot be made/);
  expect(readdirSync(join(directory.path, "etc"))).toEqual(["ltsp.conf"]);
  expect(readFileSync(directory.conf, "utf8")).toBe("");
});
