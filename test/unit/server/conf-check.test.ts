import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { confCheck } from "../../../server/conf-check.ts";
import { type ConfDirectory, confDirectory } from "./conf-directory.ts";

let directory: ConfDirectory;
beforeEach(() => {
  directory = confDirectory();
});
afterEach(() => directory.remove());

test("each mistake is shown with its line and a caret, and counted", () => {
  const file = directory.write("[clients]\nHOSTNAME=pc01\nDEBUG_SHELL=maybe\nHOSTNAEM=pc02\n");
  const { lines, status } = confCheck(file);
  expect(status).toBe(1);
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(new RegExp(`^${file}:3:\\d+: error: DEBUG_SHELL is 0 or 1, not "maybe"\\. Write`)),
    "    3 | DEBUG_SHELL=maybe",
    expect.stringMatching(/^ {6}\| +\^$/),
  ]);
  expect(lines[3]).toMatch(/:4:1: warning: .*HOSTNAEM.*HOSTNAME/);
  expect(lines.at(-1)).toBe(`${file}: 1 error, 1 warning`);
});

test("a right file: one line, status 0", () => {
  const file = directory.write("[clients]\nHOSTNAME=pc01\n");
  expect(confCheck(file)).toMatchObject({ lines: [`${file}: no errors, no warnings`], status: 0 });
});

test("warnings alone are no failure", () => {
  const file = directory.write("[clients]\nINCLUDE=nothing\n");
  const { lines, status } = confCheck(file);
  expect(lines.at(-1)).toBe(`${file}: no errors, 1 warning`);
  expect(status).toBe(0);
});

test("--json has the same", () => {
  const file = directory.write("[clients]\nINCLUDE=nothing\nX='open\n");
  expect(confCheck(file).data).toEqual({
    file,
    errors: 1,
    warnings: 1,
    diagnostics: [
      expect.objectContaining({ severity: "warning", line: 2 }),
      { severity: "error", line: 3, column: 3, why: expect.any(String), remedy: expect.any(String) },
    ],
  });
});

test("it asks this server for its users, and looks at who may read the file", () => {
  const file = directory.write("[clients]\nAUTOLOGIN=no-such-user-here\nPASSWORDS_A=root/cXdlcjEyMzQ=\n");
  chmodSync(file, 0o644);
  const text = confCheck(file).lines.join("\n");
  expect(text).toMatch(/:2:\d+: warning: .*no-such-user-here/);
  expect(text).toMatch(/:3:\d+: warning: .*chmod/);
  chmodSync(file, 0o660);
  expect(confCheck(file).lines.join("\n")).not.toMatch(/chmod/);
});

test.each([
  ["there is no such file", "none.conf", /none\.conf: there is no such file\..* ltsp conf new .*none\.conf$/],
  ["it is a directory", ".", /it is a directory/],
])("%s", (_, name, message) => {
  expect(() => confCheck(join(directory.path, name))).toThrow(message);
});
