import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isBootImage, readBootImage } from "../../../init/boot-image.ts";
import { parseSource } from "../../../init/source.ts";

const verity = { rootHash: "ab".repeat(32), salt: "cd".repeat(32), dataBlocks: 7, hashStart: 8 };
const image = { name: "lab", version: "20261121-1", size: 40_960, verity };

function read(text: string) {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "image.json"), text);
  return readBootImage(join(directory, "image.json"));
}

test("what the boot files say of their image is read; older ones say nothing", () => {
  expect(read(JSON.stringify(image))).toEqual(image);
  expect(read(JSON.stringify({ ...image, verity: undefined }))).toEqual({ ...image, verity: undefined });
  expect(read(JSON.stringify({ ...image, more: 1 }))).toEqual(image);
  expect(readBootImage("/nowhere/image.json")).toBeUndefined();
});

test.each([
  ["no JSON", "{"],
  ["no object", "null"],
  ["nothing", "{}"],
  ["a size that is none", JSON.stringify({ ...image, size: "40960" })],
  ["a name for the shell", JSON.stringify({ ...image, name: "$(reboot)" })],
  ["a root hash that is too short", JSON.stringify({ ...image, verity: { ...verity, rootHash: "ab" } })],
  ["a salt that adds parameters", JSON.stringify({ ...image, verity: { ...verity, salt: "ab 1 x" } })],
  ["no count of blocks", JSON.stringify({ ...image, verity: { ...verity, dataBlocks: 1.5 } })],
  ["no hash tree where there should be one", JSON.stringify({ ...image, verity: null })],
])("%s is refused", (_what, text) => {
  expect(() => read(text)).toThrow(/image\.json: what modules\.img says of its image cannot be read/);
});

test.each<[layer: string, size: number, alone: boolean, is: boolean]>([
  ["nfs://server/srv/ltsp/images/lab.img", 1, false, true],
  ["nfs://server/srv/ltsp/versions/lab/20261121-1/root.img", 1, false, true],
  ["nfs://server/srv/ltsp/versions/lab/20261120-1/root.img", 1, true, false],
  ["nbd://server/lab", 1, false, true],
  ["nbd://server/lab/previous", 1, false, true],
  ["http://server/images/lab.img", 1, false, true],
  ["nfs://server/srv/ltsp/images/other.img", 1, true, false],
  ["nfs://server/srv/ltsp/images/mylab.img", 1, true, false],
  ["nfs://server/srv/ltsp/images/lab.img,partition=1", 40_960, true, false],
  // By another name, known by its size.
  ["nbd://server/export1", 40_960, true, true],
  ["nbd://server/export1", 40_960, false, false],
])("%s, of %i bytes, alone: %s, is the image of the boot files: %s", (text, size, alone, is) => {
  const [layer] = parseSource(text);
  expect(layer && isBootImage(layer, image, size, alone)).toBe(is);
});
