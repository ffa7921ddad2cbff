import { expect, test } from "vitest";
import { evaluate } from "../../../conf/evaluate.ts";
import { checkParameters, findParameter, parameters } from "../../../conf/parameters.ts";
import { parseConf } from "../../../conf/parse.ts";

const check = (text: string) =>
  checkParameters(evaluate(parseConf(text, "ltsp.conf"), { side: "client", ip: "192.168.67.20" })).map(
    String,
  );

test.each(parameters.map(({ name, example }) => [name, example]))(
  "the example of %s is right",
  (_, example) => {
    expect(check(example)).toEqual([]);
  },
);

test.each([
  ["HOSTNAME=pc_1", "HOSTNAME is letters"],
  ["HOSTS_A='printer 192.168.67.9'", "HOSTS_A is an IP address and then names"],
  ["FSTAB_A=server:/home", "FSTAB_A is a line of /etc/fstab"],
  ["DNS_SERVER=192.168.67.300", "DNS_SERVER is IP addresses"],
  ["SEARCH_DOMAIN='a..b'", "SEARCH_DOMAIN is domains"],
  ["MENU_TIMEOUT=5s", "MENU_TIMEOUT is milliseconds"],
  ["DEBUG_SHELL=maybe", "DEBUG_SHELL is 0 or 1"],
  ["DEFAULT_IMAGE='my image'", "DEFAULT_IMAGE is an image's name"],
  ["SERVER='a b'", "SERVER is an address"],
  ["A=%{B}\nB=%{A}", "needs its own value"],
])("%s is refused on its line", (text, why) => {
  const [failure] = check(`\n${text}`);
  expect(failure).toMatch(/ltsp\.conf:\d:1: /);
  expect(failure).toContain(why);
});

test("the kernel command line's values are checked too, and unknown or empty ones pass", () => {
  const conf = parseConf("MY_OWN=anything\nMENU_TIMEOUT=\n", "ltsp.conf");
  const settings = evaluate(conf, { side: "client", cmdline: new Map([["ltsp.debug_shell", "x"]]) });
  expect(checkParameters(settings).map(String)).toEqual([
    expect.stringContaining("the kernel command line's ltsp.debug_shell: DEBUG_SHELL is 0 or 1"),
  ]);
});

test("a member of a family finds its row", () => {
  expect(findParameter("FSTAB_HOME")?.name).toBe("FSTAB_x");
  expect(findParameter("FSTAB_")).toBeUndefined();
  expect(findParameter("HOSTNAME")?.name).toBe("HOSTNAME");
});
