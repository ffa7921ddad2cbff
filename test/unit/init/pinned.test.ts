import { expect, test } from "vitest";
import { pinned } from "../../../init/pinned.ts";
import { nameOf, parseSource } from "../../../init/source.ts";

const image = { name: "lab", version: "v2", size: 4096 };

test.each([
  ["nfs://s/srv/ltsp/images/lab.img", "nfs://s/srv/ltsp/images/versions/lab/v2/root.img"],
  ["nfs://s/lab.img,subdir=x", "nfs://s/versions/lab/v2/root.img"],
  ["http://s:8080/images/lab.img", "http://s:8080/images/versions/lab/v2/root.img"],
])("the boot files' own version of %s is %s", (text, own) => {
  const [layer] = parseSource(text);
  const found = layer && pinned(layer, image, false);
  expect(found && nameOf(found)).toBe(own);
  expect({ ...found, place: undefined }).toEqual({ ...layer, place: undefined });
});

test("over NBD, the version that boots where the current one does not has an export of its own", () => {
  const own = (text: string) => parseSource(text).map((layer) => pinned(layer, image, true)?.place);
  expect(own("nbd://s/lab")).toEqual([{ scheme: "nbd", server: "s", port: 10809, export: "lab/previous" }]);
  expect(own("nbd://s/otherlab")).toEqual([undefined]);
});

test.each([
  "nfs://s/srv/ltsp/images/otherlab.img",
  "nfs://s/srv/ltsp/lab/",
  "nbd://s/lab",
  "file:/images/lab.img",
])("%s has none", (text) => {
  expect(parseSource(text).map((layer) => pinned(layer, image, false))).toEqual([undefined]);
});
