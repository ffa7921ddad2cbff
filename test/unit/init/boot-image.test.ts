import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readBootImage } from "../../../init/boot-image.ts";

/** The answer to a file with this text. */
function read(text: string) {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-boot-image-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "image.json");
  writeFileSync(path, text);
  return readBootImage(path);
}

const image = { name: "lab", version: "2026-11-21T20:00:00", size: 4096 };
const verity = { rootHash: "00ff", salt: "", dataBlocks: 1, hashStart: 2 };

test.each([image, { ...image, verity }])("a client knows the version that it was given: %j", (given) => {
  expect(read(JSON.stringify(given))).toEqual(given);
});

test("boot files of earlier versions of ltsp say nothing of it", () => {
  expect(readBootImage("/nonexistent/image.json")).toBe(undefined);
});

test.each([
  "",
  "null",
  "[]",
  JSON.stringify({ ...image, name: "../lab" }),
  JSON.stringify({ ...image, version: 3 }),
  JSON.stringify({ ...image, size: "4096" }),
  JSON.stringify({ ...image, verity: { ...verity, rootHash: "xy" } }),
  JSON.stringify({ ...image, verity: { ...verity, dataBlocks: -1 } }),
])("what makes no sense is refused, with what to do: %s", (text) => {
  expect(() => read(text)).toThrow(/does not say which version.*ltsp image/);
});
