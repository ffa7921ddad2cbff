import { expect, test } from "vitest";
import { parseMac } from "../../../conf/mac.ts";

test.each([
  "52:54:00:12:ab:cd",
  "52:54:00:12:AB:CD",
  "52-54-00-12-ab-cd",
  "52540012abcd",
  "5254.0012.ABCD",
  "01-52-54-00-12-ab-cd",
  "01:52:54:00:12:ab:cd",
])("%s is a MAC address", (text) => {
  expect(parseMac(text)).toBe("52:54:00:12:ab:cd");
});

test.each([
  "",
  "52:54:00:12:ab",
  "52:54:00-12:ab:cd",
  "52:54:00:12:ab:cg",
  "52:54:00:*",
  "02-52-54-00-12-ab-cd",
])("%s is none, and the message names it", (text) => {
  expect(() => parseMac(text)).toThrow(`MAC address "${text}": that is not six pairs`);
});
