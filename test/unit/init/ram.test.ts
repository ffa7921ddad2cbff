import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { copyInto, needRoom, tenths } from "../../../init/ram.ts";

const MiB = 2 ** 20;

/** Copies the first `size` bytes of `data`; what arrived, and what was said of the progress. */
function copy(data: Buffer, size: number) {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-ram-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [source, target] = [join(directory, "source"), join(directory, "target")];
  writeFileSync(source, data);
  const said: string[] = [];
  const fd = openSync(target, "wx");
  try {
    const progress = tenths((level, message) => said.push(`${level}: ${message}`), "x.img");
    copyInto(fd, source, "x.img", size, progress);
  } finally {
    closeSync(fd);
  }
  return { copied: readFileSync(target), said };
}

test("an image is copied as it is, and each tenth is told once, even on a quiet console", () => {
  const data = Buffer.alloc(23 * MiB + 12_345);
  for (let at = 0; at < data.length; at += 4099) data.writeUInt8((at / 4099) % 251, at);
  const { copied, said } = copy(data, data.length);
  expect(copied.equals(data)).toBe(true);
  expect(said).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `waiting: root: x.img: ${n}0 % is in RAM`));
});

test("of a device that is larger than its image, the image alone is copied", () => {
  const { copied } = copy(Buffer.alloc(3 * MiB, "netboot"), 2 * MiB + 512);
  expect(copied.equals(Buffer.alloc(2 * MiB + 512, "netboot"))).toBe(true);
});

test("an image that ends too early is told, with where", () => {
  expect(() => copy(Buffer.alloc(2 * MiB), 3 * MiB)).toThrow(/^x\.img: it cannot be read from 2\.0 MiB on/);
});

test("an image must fit beside what the system needs; the message has the numbers and the remedy", () => {
  expect(() => needRoom("x.img", 300 * MiB, "Buy more.", 556 * MiB)).not.toThrow();
  expect(() => needRoom("x.img", 300 * MiB, "Buy more.", 555 * MiB)).toThrow(
    "x.img: its 300.0 MiB do not fit into this client's RAM: 555.0 MiB are free, of which the system needs 256.0 MiB. Buy more.",
  );
});
