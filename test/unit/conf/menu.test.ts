import { expect, test } from "vitest";
import { macSections } from "../../../conf/menu.ts";
import { parseConf } from "../../../conf/parse.ts";

test("the menu's clients are the whole MACs, in file order, each once", () => {
  const titles = [
    "52:54:00:12:34:56|pc01",
    "52-54-00-12-34-57 | AABBCCDDEEFF",
    "52:54:00:*",
    "525400123456",
    "ipxe/5254.0012.3458",
    "init/52:54:00:12:34:59",
  ];
  expect(macSections(parseConf(titles.map((title) => `[${title}]\nA=1\n`).join(""), "ltsp.conf"))).toEqual([
    "52:54:00:12:34:56",
    "52:54:00:12:34:57",
    "aa:bb:cc:dd:ee:ff",
    "52:54:00:12:34:58",
  ]);
});
