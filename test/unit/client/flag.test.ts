import { expect, test } from "vitest";
import { isOn } from "../../../client/flag.ts";
import { clientWith } from "./client.ts";

test("what the boot is asked to do is off unless it is switched on", () => {
  const client = clientWith("[clients]\nIMAGE_TO_RAM=yes\nDEBUG_LOG=0\n");
  expect(["IMAGE_TO_RAM", "DEBUG_LOG", "DEBUG_SHELL"].map((name) => isOn(client, name))).toEqual([
    true,
    false,
    false,
  ]);
  expect(client.warnings).toEqual([]);
});

test("a value that is neither on nor off is a warning, and no failed boot", () => {
  const client = clientWith("[clients]\nIMAGE_TO_RAM=always\n");
  expect(isOn(client, "IMAGE_TO_RAM")).toBe(false);
  expect(client.warnings).toEqual([
    'ltsp.conf:2:1: IMAGE_TO_RAM is 0 or 1, not "always". Write IMAGE_TO_RAM=1 or IMAGE_TO_RAM=0.',
  ]);
});
