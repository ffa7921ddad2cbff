import { expect, test } from "vitest";
import { compileGlob, matchGlob } from "../../../conf/glob.ts";

test.each([
  ["52:54:00:*", "52:54:00:12:34:56", true],
  ["pc0?", "pc01", true],
  ["pc0?", "pc011", false],
  ["pc[0-3]", "pc4", false],
  ["pc[!0-3]", "pc4", true],
  ["[]x]", "]", true],
  ["[[:digit:]]*", "7a", true],
  ["[z-a]", "m", false],
  ["[ab", "[ab", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["[\\]]", "]", true],
  ["*", "", true],
  ["a*b*c", "aXbXbXc", true],
  ["?", "é", true],
])("%s against %s: %s", (pattern, text, matches) => {
  expect(matchGlob(compileGlob(pattern), text)).toBe(matches);
});

test("many stars take no exponential time", () => {
  expect(matchGlob(compileGlob(`${"*a".repeat(50)}*b`), "a".repeat(5000))).toBe(false);
});
