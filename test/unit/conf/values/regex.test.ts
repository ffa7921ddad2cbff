import { expect, test } from "vitest";
import { readRegex } from "../../../../conf/values/regex.ts";

const matches = (regex: string, text: string, kind?: "basic") => {
  const read = readRegex(regex, kind);
  if (typeof read === "string") throw new Error(read);
  return read.test(text);
};

test.each([
  ["^pc[0-9]+$", ["pc01", "pc1"], ["pc", "xpc1"]],
  ["^[[:alpha:]_][^[:digit:]]*$", ["annaé", "_x"], ["a1", "1"]],
  ["^[]a]$", ["]", "a"], ["b"]],
  ["^[^]a]$", ["b", "["], ["]", "a"]],
  ["^[a\\]$", ["\\", "a"], ["]"]],
  ["^[-0-9]*$", ["1-2", ""], ["a"]],
  ["^[[.-.]x]$", ["-", "x"], ["."]],
  ["\\<lab\\>", ["a lab b"], ["labs", "xlab"]],
  ["^a{2}$", ["aa"], ["a"]],
  ["^a{,2}$", ["", "aa"], ["aaa"]],
  ["^(a|b)\\1$", ["aa", "bb"], ["ab"]],
  ["^a\\.b\\-c\\/$", ["a.b-c/"], ["axb-c/"]],
  ["^a**$", ["", "aa"], ["b"]],
  ["^a+*$", ["", "aa"], ["b"]],
  ["^a+?$", ["", "aa"], ["b"]],
  ["^}]$", ["}]"], ["}"]],
])("%s matches what egrep's does", (regex, hits, misses) => {
  for (const text of hits) expect(matches(regex, text), text).toBe(true);
  for (const text of misses) expect(matches(regex, text), text).toBe(false);
});

test.each([
  ["^pc\\([0-9]*\\)$", ["pc01"], ["pc(1)"]],
  ["^(a)+$", ["(a)+"], ["a"]],
  ["^a\\{2\\}$", ["aa"], ["a{2}"]],
  ["^a{2}$", ["a{2}"], ["aa"]],
  ["^*a$", ["*a"], ["a"]],
])("%s matches what sed's does", (regex, hits, misses) => {
  for (const text of hits) expect(matches(regex, text, "basic"), text).toBe(true);
  for (const text of misses) expect(matches(regex, text, "basic"), text).toBe(false);
});

test.each([
  ["pc[0-9", "its [ is never closed"],
  ["[[:digit:]", "its [ is never closed"],
  ["[[:number:]]", "there is no class [:number:]"],
  ["pc[:digit:]", "[:digit:] stands in brackets of its own: [[:digit:]]"],
  ["a*{2}", "it has two counts, one behind the other"],
  ["(a|b", "its ( is never closed"],
  ["a)", "it has a ) without its ("],
  ["*.img", "nothing stands before its * to be repeated (any text is .*)"],
  ["(?:a)", "nothing stands before its ? to be repeated (any text is .*)"],
  ["a\\", "nothing follows its last \\"],
  ["[z-a]", "it is no regular expression"],
  ["a{3,1}", "it is no regular expression"],
])("of %s it says what is wrong", (regex, why) => {
  expect(readRegex(regex)).toBe(why);
});
