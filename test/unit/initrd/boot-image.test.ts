import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readBootImage } from "../../../init/boot-image.ts";
import { bootImageArchive } from "../../../initrd/boot-image.ts";

test("what is packed into modules.img is what the client reads, and leaves the next archive aligned", () => {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const verity = { rootHash: "ab".repeat(32), salt: "cd".repeat(32), dataBlocks: 7, hashStart: 8 };
  const image = { name: "lab", version: "20261121-1", size: 40_960, verity };
  const archive = bootImageArchive(image);
  expect(archive.length % 4).toBe(0);
  execFileSync("busybox", ["cpio", "-i"], {
    cwd: directory,
    input: archive,
    stdio: ["pipe", "pipe", "pipe"],
  });
  expect(readFileSync(join(directory, "image.json"), "utf8")).toMatch(/^\{.*\}\n$/);
  expect(readBootImage(join(directory, "image.json"))).toEqual(image);
});
