import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serverUsers } from "../../../server/users.ts";
import { type ConfDirectory, confDirectory } from "./conf-directory.ts";

let directory: ConfDirectory;
beforeEach(() => {
  directory = confDirectory();
});
afterEach(() => {
  directory.remove();
  vi.unstubAllEnvs();
});

function withGetent(script: string): ReturnType<typeof serverUsers> {
  directory.program("getent", script);
  vi.stubEnv("PATH", `${directory.path}/bin:/usr/bin:/bin`);
  return serverUsers();
}

test("users of a directory that does not list them all are found by name", () => {
  const { users, hasUser } = withGetent(
    '[ $# = 1 ] && { echo root:x:0:0::/root:/bin/sh; exit; }\n[ "$3" = anna ] || exit 2',
  );
  expect(users).toEqual(["root"]);
  expect(["root", "anna", "bert"].map((name) => hasUser?.(name))).toEqual([true, true, false]);
});

test("a number is nobody's name, though getent finds whose UID it is", () => {
  expect(withGetent("exit 0").hasUser?.("1000")).toBe(false);
});

test("where the directory cannot be asked, no user is called unknown", () => {
  const { users, hasUser } = withGetent("exit 3");
  expect(users).toBeUndefined();
  expect(hasUser?.("anna")).toBe(true);
});

test("without getent, nothing is known", () => {
  vi.stubEnv("PATH", directory.path);
  expect(serverUsers()).toEqual({});
});

test("this machine's own users", () => {
  expect(serverUsers().users).toContain("root");
});
