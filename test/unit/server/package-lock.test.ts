import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withPackageLock } from "../../../server/package-lock.ts";

function rootWithDpkg(): string {
  const root = mkdtempSync(join(tmpdir(), "ltsp-dpkg-"));
  mkdirSync(join(root, "var/lib/dpkg/updates"), { recursive: true });
  mkdirSync(join(root, "var/lib/dpkg/info"), { recursive: true });
  for (const name of ["lock", "lock-frontend", "status", "available"])
    writeFileSync(join(root, "var/lib/dpkg", name), "");
  return root;
}

const configure = (root: string) =>
  spawnSync("dpkg", [`--root=${root}`, "--configure", "-a"], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });

test("dpkg does nothing to a root while it is read, and can afterwards", async () => {
  const root = rootWithDpkg();
  const meanwhile = await withPackageLock(root, async () => configure(root));
  expect(meanwhile.stderr).toMatch(/lock is locked by another process|locked by another process/);
  expect(meanwhile.status).toBe(2);
  expect(configure(root)).toMatchObject({ status: 0 });
});

test("a root that its package manager is at work on is refused", async () => {
  const root = rootWithDpkg();
  await withPackageLock(root, async () => {
    await expect(withPackageLock(root, async () => "read")).rejects.toMatchObject({
      kind: "busy",
      message: expect.stringMatching(/apt or dpkg is at work on it \(process \d+\)/),
    });
  });
});

test("a root without dpkg is read as it is", async () => {
  const root = mkdtempSync(join(tmpdir(), "ltsp-dpkg-"));
  expect(await withPackageLock(root, async () => "read")).toBe("read");
});
