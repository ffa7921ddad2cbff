import { expect, test } from "vitest";
import { parameterHelp, parameterList, wrap } from "../../../conf/parameter-text.ts";
import { findParameter, type Parameter } from "../../../conf/parameters.ts";

const helpOf = (name: string) => parameterHelp(findParameter(name) as Parameter);

test("a parameter's help tells what it is, takes and does, and can be copied from", () => {
  expect(helpOf("MENU_TIMEOUT")).toEqual([
    "MENU_TIMEOUT",
    "  How long the boot menu waits for a key. Under [server] for all clients, under",
    "  a MAC address for one.",
    "  value:   milliseconds, -1 to hide the menu, or 0 to wait for ever",
    "  default: 5000",
    "  read by: ltsp ipxe, on the server",
    "  example: MENU_TIMEOUT=3000",
  ]);
});

test("a member's help is its family's", () => {
  expect(helpOf("FSTAB_HOME")).toEqual(helpOf("FSTAB_x"));
  expect(helpOf("FSTAB_HOME").join("\n")).toContain("read by: the client's boot");
});

test("a parameter that nothing acts on says so, in its help and in the list", () => {
  const planned: Parameter = { ...(findParameter("SERVER") as Parameter), planned: true };
  expect(parameterHelp(planned)).toContain("  Not acted on yet by this version.");
  expect(helpOf("SERVER").join("\n")).not.toContain("yet");
  for (const line of parameterList()) {
    const parameter = findParameter(line.split(" ")[0] ?? "");
    expect(line.endsWith("(not acted on yet)"), line).toBe(parameter?.planned === true);
  }
});

test("the list is in order and in columns", () => {
  const lines = parameterList();
  expect([...lines].sort()).toEqual(lines);
  const columns = new Set(lines.map((line) => line.search(/(?<= {2})\S/)));
  expect(columns.size).toBe(1);
});

test("text is wrapped at words, and a word that is too long is left whole", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("an extraordinarily a", 5)).toEqual(["an", "extraordinarily", "a"]);
});
