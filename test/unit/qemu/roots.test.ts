import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureTree } from "../../../qemu/roots.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ltsp-roots-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("a tree that is expensive to make", () => {
  const make = (text: string) => async (tree: string) => writeFileSync(join(tree, "etc"), text);
  const content = () => readFileSync(join(dir, "root/etc"), "utf8");

  it("is made once", async () => {
    await ensureTree(join(dir, "root"), "recipe", make("first"));
    await ensureTree(join(dir, "root"), "recipe", make("second"));
    expect(content()).toBe("first");
  });

  it("is made again by another recipe", async () => {
    await ensureTree(join(dir, "root"), "recipe", make("first"));
    await ensureTree(join(dir, "root"), "recipe with more", make("second"));
    expect(content()).toBe("second");
  });

  it("is made by one of two who want it at once", async () => {
    const both = ["a", "b"].map((name) => ensureTree(join(dir, "root"), "recipe", make(name)));
    await Promise.all(both);
    expect(readdirSync(dir).sort()).toEqual(["root", "root.recipe"]);
  });

  it("keeps the old one when the making fails", async () => {
    await ensureTree(join(dir, "root"), "recipe", make("first"));
    const fails = ensureTree(join(dir, "root"), "another", () => Promise.reject(new Error("no network")));
    await expect(fails).rejects.toThrow("no network");
    expect(content()).toBe("first");
    expect(existsSync(join(dir, "root.new"))).toBe(false);
  });
});
