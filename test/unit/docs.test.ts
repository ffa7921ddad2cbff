import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkConf } from "../../conf/check/check.ts";
import { parameters } from "../../conf/parameters.ts";
import { manualPage, renewed } from "../../qemu/manual-page.ts";
import { repo } from "../../qemu/paths.ts";

const page = readFileSync(join(repo, manualPage), "utf8");

test("the manual page's parameters are those of the table", () => {
  expect(renewed(page) === page, `${manualPage} is older than conf/parameters/. Run: npm run docs`).toBe(
    true,
  );
});

test("a page whose parameters are old, or gone, is renewed", () => {
  const old = page.replace(/\*\*AUTOLOGIN\*\*[\s\S]*?(?=\*\*)/, "**OLD**: gone.\n\n");
  expect(old).not.toBe(page);
  expect(renewed(old)).toBe(page);
});

test("every parameter has its entry and its example", () => {
  for (const { name, example } of parameters) {
    expect(page).toContain(`\n**${name}**: `);
    expect(page).toContain(`\n    ${example}\n`);
  }
});

/** The page's blocks of ltsp.conf, each with the line that it starts on; those of commands are left out. */
const examples = [...page.matchAll(/(?<=\n)(?: {4}.*\n(?:\n(?= {4}))?)+/g)]
  .map(({ 0: block, index }) => ({
    line: page.slice(0, index).split("\n").length,
    text: block.replace(/^ {4}/gm, ""),
  }))
  .filter(({ text }) => !text.startsWith("ltsp "));

test.each(examples)("the example on line $line is a right ltsp.conf", ({ text }) => {
  const { diagnostics } = checkConf(text, manualPage);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});
