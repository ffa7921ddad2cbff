import { mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { inRoot } from "../../../client/in-root.ts";
import { clientWith } from "./client.ts";

function rootWith(links: Record<string, string>): string {
  const { root } = clientWith("", { "srv/a/file": "" });
  mkdirSync(`${root}/etc`);
  for (const [name, target] of Object.entries(links)) symlinkSync(target, `${root}/${name}`);
  return root;
}

test.each([
  ["/srv/a/file", "/srv/a/file"],
  ["/etc/absolute", "/srv/a/file"],
  ["/etc/relative", "/srv/a/file"],
  ["/etc/directory/file", "/srv/a/file"],
  ["/etc/chain/file", "/srv/a/file"],
  ["/etc/above", "/srv/a/file"],
  ["/etc/../../../srv/a", "/srv/a"],
  ["/etc/new/file", "/etc/new/file"],
  ["/srv/a/file/below", "/srv/a/file/below"],
])("%s is the new root's %s", (path, led) => {
  const root = rootWith({
    "etc/absolute": "/srv/a/file",
    "etc/relative": "../srv/a/file",
    "etc/directory": "/srv/a",
    "etc/chain": "directory",
    "etc/above": "../../../../srv/a/file",
  });
  expect(inRoot(root, path)).toBe(`${root}${led}`);
});

test("a symlink to itself ends", () => {
  const root = rootWith({ "etc/loop": "loop" });
  expect(inRoot(root, "/etc/loop")).toBe(`${root}/etc/loop`);
});
