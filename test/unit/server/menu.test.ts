// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the ${…} in strings are iPXE's variables

import { describe, expect, test } from "vitest";
import { parseConf } from "../../../conf/parse.ts";
import { type MenuRequest, menuScript } from "../../../server/menu.ts";
import { runScript } from "./ipxe-model.ts";

const request = (conf: string, more: Partial<MenuRequest> = {}) => ({
  conf: parseConf(conf, "ltsp.conf"),
  images: ["debian", "ubuntu-24.04"],
  base: "/srv/ltsp",
  transport: "nfs" as const,
  ...more,
});
const linesOf = (conf: string, more?: Partial<MenuRequest>) =>
  menuScript(request(conf, more)).script.split("\n");

const http = "http://10.0.0.1/ltsp";
const shared = { "ltsp.ipxe": "", "runtime.img": "", "ltsp.img": "" };
const ofVersion = { vmlinuz: "", "modules.img": "", "modules-rare.img": "" };
const versions = {
  "debian/current/version.ipxe": "#!ipxe\nset version v2\n",
  "debian/previous/version.ipxe": "#!ipxe\nset version v1\n",
  ...below("debian/v2", ofVersion),
  ...below("debian/v1", ofVersion),
};

function below(directory: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]),
  );
}

/** Boots debian by itself, from a server with these files below `base`. */
function bootDebian(
  files: Record<string, string>,
  { base = http, card = {}, ...more }: Partial<MenuRequest> & { base?: string; card?: object } = {},
) {
  const settings = {
    "next-server": "10.0.0.1",
    "netX/mac:hexhyp": "52-54-00-67-00-01",
    "netX/bustype": "PCI",
    "pci/.0.2:hexraw": "8086",
    ...card,
  };
  const { script } = menuScript(request("[server]\nMENU_TIMEOUT=-1\n", more));
  const outcome = runScript(script, { settings, files: below(base, files) });
  return { ...outcome, fetched: outcome.fetched.map((url) => url.replace(`${base}/`, "")) };
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
    const { fetched, cmdline } = bootDebian({ ...shared, ...below("debian", ofVersion) });
    expect(fetched).toEqual(["debian/vmlinuz", "runtime.img", "debian/modules.img", "ltsp.img"]);
    expect(cmdline).toBe(
      "initrd=runtime.img initrd=modules.img initrd=ltsp.img rootfstype=ramfs cryptomgr.notests " +
        `ltsp.image=nfs://10.0.0.1/srv/ltsp/images/debian.img ltsp.base=${http} BOOTIF=01-52-54-00-67-00-01`,
    );
  });

  test.each([
    ["PCI", "15b3", true],
    ["PCI", "1077", true],
    ["PCI", "", true],
    ["", "", true],
    ["PCI", "8086", false],
    ["PCI", "14e4", false],
    ["PCI", "1af4", false],
  ])("for a card on bus %j of vendor %j, it fetches modules-rare.img: %s", (bustype, vendor, isFetched) => {
    const card = { "netX/bustype": bustype, "pci/.0.2:hexraw": vendor };
    const { fetched, cmdline } = bootDebian({ ...shared, ...below("debian", ofVersion) }, { card });
    expect(fetched.includes("debian/modules-rare.img")).toBe(isFetched);
    expect(cmdline?.includes("initrd=modules-rare.img")).toBe(isFetched);
  });

  test.each([
    ["debian/modules.img", "ltsp kernel debian"],
    ["ltsp.img", "ltsp initrd"],
  ])("of a file that is missing, %s, it says what makes it", (missing, remedy) => {
    const { [missing]: _, ...files }: Record<string, string> = { ...shared, ...below("debian", ofVersion) };
    const { said, cmdline } = bootDebian(files);
    expect(said).toContain(`ltsp: ${http}/${missing} cannot be fetched. On the server, run: ${remedy}`);
    expect(cmdline).toBe(undefined);
  });
});

describe("versions", () => {
  const without = (...names: string[]) =>
    Object.fromEntries(
      Object.entries<string>({ ...shared, ...versions }).filter(([name]) => !names.includes(name)),
    );

  test("all files are of the version that is current when the boot begins", () => {
    expect(bootDebian(without()).fetched).toEqual([
      "debian/current/version.ipxe",
      "debian/v2/vmlinuz",
      "runtime.img",
      "debian/v2/modules.img",
      "ltsp.img",
    ]);
  });

  test.each(["vmlinuz", "modules.img"])(
    "without %s, the version before it boots, and reports why",
    (name) => {
      const { fetched, said, cmdline } = bootDebian(without(`debian/v2/${name}`));
      expect(fetched.slice(fetched.indexOf("debian/previous/version.ipxe"))).toEqual([
        "debian/previous/version.ipxe",
        "debian/v1/vmlinuz",
        "runtime.img",
        "debian/v1/modules.img",
        "ltsp.img",
      ]);
      expect(said).toContain(
        `ltsp: ${http}/debian/v2/${name} cannot be fetched. Booting the version before it, v1`,
      );
      expect(cmdline).toContain(` ltsp.missing=debian/v2/${name} `);
    },
  );

  test("the kernel is told where the files came from, over TFTP too", () => {
    const base = "tftp://10.0.0.1/ltsp";
    expect(bootDebian(without(), { base }).cmdline).toContain(` ltsp.base=${base} `);
  });

  test.each([
    ["both versions lack it", ["debian/v2/vmlinuz", "debian/v1/vmlinuz"], "debian/v1/vmlinuz"],
    ["there is one version", ["debian/v2/vmlinuz", "debian/previous/version.ipxe"], "debian/v2/vmlinuz"],
    ["all versions need it", ["ltsp.img"], "ltsp.img"],
  ])("nothing boots where %s", (_, missing, named) => {
    const { said, cmdline } = bootDebian(without(...missing));
    expect(cmdline).toBe(undefined);
    expect(said.at(-1)).toContain(`${http}/${named} cannot be fetched. On the server`);
  });
});

test.each([
  ["nfs", "ltsp.image=nfs://${srv}/srv/ltsp/images/debian.img"],
  ["nbd", "ltsp.image=nbd://${srv}/debian"],
  ["http", "ltsp.image=http://${srv}/images/debian.img"],
] as const)("over %s the image is %s", (transport, url) => {
  const image = url.replace("ltsp.image=", "");
  expect(linesOf("", { transport })).toContain(`set image ${image}`);
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
