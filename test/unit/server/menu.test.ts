// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the ${…} in strings are iPXE's variables

import { describe, expect, test } from "vitest";
import { parseConf } from "../../../conf/parse.ts";
import { type MenuRequest, menuScript } from "../../../server/menu.ts";

const request = (conf: string, more: Partial<MenuRequest> = {}) => ({
  conf: parseConf(conf, "ltsp.conf"),
  images: ["debian", "ubuntu-24.04"],
  base: "/srv/ltsp",
  transport: "nfs" as const,
  ...more,
});
const linesOf = (conf: string, more?: Partial<MenuRequest>) =>
  menuScript(request(conf, more)).script.split("\n");

/** iPXE's variables after lines of `test … && set …` and `test … || set …`; one that is empty is not set. */
function afterRunning(lines: string[], given: Record<string, string>): Record<string, string> {
  const variables = { ...given };
  const value = (text: string) =>
    Object.entries(variables).reduce((so, [name, its]) => so.replaceAll(`\${${name}}`, its), text);
  for (const line of lines) {
    const [, test = "", operator, name = "", text = ""] =
      line.match(/^((?:iseq|isset) .*?) (&&|\|\|) set (\w+) (\S+)(?: \|\|)?$/) ?? [];
    const [command, left, right] = value(test)
      .replace(/\$\{\w+\}/, "")
      .split(" ");
    const holds = command === "isset" ? left !== "" : left === right;
    if (holds === (operator === "&&") && value(text) !== "") variables[name] = value(text);
  }
  return variables;
}

describe("the script", () => {
  const lines = linesOf("");

  test("goes only to labels that it has", () => {
    const labels = lines.filter((line) => line.startsWith(":")).map((line) => line.slice(1));
    const targets = lines.flatMap((line) =>
      [...line.matchAll(/goto (\S+)/g)].map(([, target]) => target ?? ""),
    );
    const items = lines.flatMap((line) => line.match(/^item (?:--key \w )?(\w[\w.-]*)/)?.[1] ?? []);
    expect(labels).toEqual(
      expect.arrayContaining([...targets.filter((target) => !target.includes("$")), ...items]),
    );
    expect(items).toEqual(["image-debian", "image-ubuntu-24.04", "disk", "retry", "shell"]);
  });

  test("uses no command that Debian 12's iPXE lacks", () => {
    const known = [
      "set",
      "isset",
      "iseq",
      "imgfetch",
      "imgfree",
      "menu",
      "item",
      "choose",
      "goto",
      "kernel",
      "initrd",
      "imgargs",
      "boot",
    ];
    const others = ["echo", "prompt", "chain", "shell", "sanboot", "exit", ""];
    const commands = lines.filter((line) => !/^[#:]/.test(line)).flatMap((line) => line.split(/&&|\|\|/));
    expect([...known, ...others]).toEqual(
      expect.arrayContaining(commands.map((command) => command.trim().split(" ")[0])),
    );
  });

  test("boots an image with all its files, in order, by the card that PXE used", () => {
    const start = lines.indexOf(":image-debian");
    const part = lines
      .slice(start, lines.indexOf("", start))
      .filter((line) => !/^set (file|remedy)/.test(line));
    expect(part).toEqual([
      ":image-debian",
      "kernel --name vmlinuz ${base}/debian/vmlinuz || goto missing",
      "initrd --name runtime.img ${base}/runtime.img || goto missing",
      "initrd --name modules.img ${base}/debian/modules.img || goto missing",
      "set rare_initrd",
      "isset ${rare} && initrd --name modules-rare.img ${base}/debian/modules-rare.img && set rare_initrd initrd=modules-rare.img ||",
      "initrd --name ltsp.img ${base}/ltsp.img || goto missing",
      "imgargs vmlinuz initrd=runtime.img initrd=modules.img ${rare_initrd} initrd=ltsp.img rootfstype=ramfs cryptomgr.notests ltsp.image=nfs://${srv}/srv/ltsp/images/debian.img BOOTIF=01-${card} ${kernel_parameters}",
      "boot || goto missing",
    ]);
  });

  test.each([
    ["PCI", "15b3", "yes"],
    ["PCI", "1077", "yes"],
    ["PCI", "", "yes"],
    ["", "", "yes"],
    ["PCI", "8086", undefined],
    ["PCI", "14e4", undefined],
    ["PCI", "1af4", undefined],
  ])("for a card on bus %j of vendor %j, it fetches modules-rare.img: %s", (bustype, vendor, fetched) => {
    const card = { "netX/bustype": bustype, "pci/${netX/busloc}.0.2:hexraw": vendor };
    const start = lines.findIndex((line) => line.includes("netX/bustype"));
    expect(afterRunning(lines.slice(start, lines.indexOf("", start)), card).rare).toBe(fetched);
  });

  test("names the command that makes a file that is missing", () => {
    expect(lines[lines.findIndex((line) => line.includes("debian/modules.img ||")) - 1]).toBe(
      "set remedy ltsp kernel debian",
    );
    expect(lines[lines.findIndex((line) => line.includes("ltsp.img ||")) - 1]).toBe("set remedy ltsp initrd");
  });
});

test.each([
  ["nfs", "ltsp.image=nfs://${srv}/srv/ltsp/images/debian.img"],
  ["nbd", "ltsp.image=nbd://${srv}/debian"],
  ["http", "ltsp.image=http://${srv}/images/debian.img"],
] as const)("over %s the image is %s", (transport, url) => {
  expect(linesOf("", { transport }).join("\n")).toContain(` ${url} `);
});

test("[server] sets what all clients do, a MAC's section what that client does instead", () => {
  const lines = linesOf(`
[server]
DEFAULT_IMAGE=ubuntu-24.04
MENU_TIMEOUT=-1
KERNEL_PARAMETERS="quiet splash"
IPXE_UBUNTU_24_04="Ubuntu for all"
IPXE_DEBIAN_IMG="As older files write it"
[52-54-00-67-00-01]
DEFAULT_IMAGE=debian
[52:54:00:67:00:02]
HOSTNAME=pc02
`);
  expect(lines).toEqual(
    expect.arrayContaining([
      "set img ubuntu-24.04",
      "set menu_timeout -1",
      "set kernel_parameters quiet splash",
      "item image-ubuntu-24.04 Ubuntu for all",
      "item image-debian As older files write it",
    ]),
  );
  expect(lines.filter((line) => line.includes("52:54"))).toEqual([
    "iseq ${netX/mac} 52:54:00:67:00:01 && set img debian ||",
  ]);
});

test("a default image that is not there is warned about, and the first is booted", () => {
  const { script, warnings } = menuScript(request("[server]\nDEFAULT_IMAGE=gone\n"));
  expect(script).toContain("set img debian\n");
  expect(warnings).toEqual([expect.stringMatching(/^ltsp\.conf:2.*no image "gone".*ltsp image gone/)]);
});

test.each([
  ["KERNEL_PARAMETERS='quiet && shell'", /&&/],
  ["KERNEL_PARAMETERS='a || b'", /\|\|/],
  ["KERNEL_PARAMETERS='a=${net0/mac}'", /\$\{/],
  ["KERNEL_PARAMETERS='a #b'", /#b/],
  ["KERNEL_PARAMETERS='quiet\\'", /means something to iPXE/],
  ["IPXE_DEBIAN='a && shell'", /&&/],
  ["MENU_TIMEOUT=soon", /no number of milliseconds/],
])("%s is refused, with its line", (line, why) => {
  expect(() => menuScript(request(`[server]\n${line}\n`))).toThrow(why);
  expect(() => menuScript(request(`[server]\n${line}\n`))).toThrow(/^ltsp\.conf:2/);
});
