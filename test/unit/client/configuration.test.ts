import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { configuration } from "../../../client/configuration.ts";
import { clientWith, fileOf } from "./client.ts";

test("the client has the server's /etc/ltsp: scripts that can be run, and an ltsp.conf that only root can read", () => {
  const from = mkdtempSync(join(tmpdir(), "ltsp-etc-"));
  onTestFinished(() => rmSync(from, { recursive: true }));
  mkdirSync(join(from, "scripts"));
  writeFileSync(join(from, "ltsp.conf"), "[clients]\n", { mode: 0o600 });
  writeFileSync(join(from, "scripts/hash.sh"), "#!/bin/sh\n");
  chmodSync(join(from, "scripts/hash.sh"), 0o755);
  const client = clientWith("");
  configuration(client, from);
  expect(fileOf(client, "etc/ltsp/ltsp.conf")).toBe("[clients]\n");
  const mode = (path: string) => statSync(join(client.root, path)).mode & 0o777;
  expect(mode("etc/ltsp/ltsp.conf")).toBe(0o600);
  expect(mode("etc/ltsp/scripts/hash.sh")).toBe(0o755);
});

test("an ltsp.img without /etc/ltsp is nothing to copy", () => {
  const client = clientWith("", { "etc/hostname": "template\n" });
  expect(() => configuration(client, "/nonexistent")).not.toThrow();
});
