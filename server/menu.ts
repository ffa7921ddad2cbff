// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the ${…} in strings are iPXE's variables

import { evaluate } from "../conf/evaluate.ts";
import { Failure } from "../conf/failure.ts";
import { macSections } from "../conf/menu.ts";
import type { Settings } from "../conf/settings.ts";
import type { Conf } from "../conf/syntax.ts";
import { rareCards } from "../initrd/module-table.ts";
import { bootVersion } from "./menu-boot.ts";

/** How a client reaches its image: the start of `ltsp.image=`, for iPXE to complete. */
export const transports = {
  nfs: (base: string, name: string) => `nfs://\${srv}${base}/images/${name}.img`,
  nbd: (_base: string, name: string) => `nbd://\${srv}/${name}`,
  http: (_base: string, name: string) => `http://\${srv}/images/${name}.img`,
};

export type Transport = keyof typeof transports;

export interface MenuRequest {
  conf: Conf;
  /** Names of the images to offer, at least one. */
  images: string[];
  base: string;
  transport: Transport;
}

/** What ltsp.conf may set of the menu, for all clients or for one MAC: the parameter and the script's variable. */
const menuParameters = [
  { name: "DEFAULT_IMAGE", variable: "img" },
  { name: "KERNEL_PARAMETERS", variable: "kernel_parameters" },
  { name: "MENU_TIMEOUT", variable: "menu_timeout" },
];

/** Milliseconds that the menu waits for a key. */
const defaultTimeout = "5000";

/**
 * ltsp.ipxe: the menu of images, and what each MAC boots by itself; and warnings for the admin. For iPXE of 2019
 * (Debian 12's) and later.
 */
export function menuScript(request: MenuRequest): { script: string; warnings: string[] } {
  const { conf, images } = request;
  checkBase(request.base);
  const settings = evaluate(conf, { side: "server", applet: "ipxe" });
  const general = valuesOf(settings, images);
  const macs = macSections(conf).map((mac) =>
    valuesOf(evaluate(conf, { side: "server", applet: "ipxe", mac }), images, mac),
  );
  const script = [
    "#!ipxe",
    "# Made by ltsp ipxe from the images and ltsp.conf; edit ltsp.conf rather than this.",
    "",
    ...findServer,
    "",
    ...findCard,
    "",
    ...menuParameters.map(({ name, variable }) => `set ${variable} ${general.values.get(name)}`),
    ...macs.flatMap((own) => forMac(own, general)),
    "",
    "# A MENU_TIMEOUT of -1 hides the menu: the default image boots at once.",
    "iseq x${menu_timeout} x-1 && goto image-${img} ||",
    "",
    ":menu",
    "menu Boot from ${srv} - ${net0/mac}",
    "item --gap Images",
    ...images.map((name) => `item image-${name} ${title(name, settings)}`),
    "item --gap Other",
    "item --key d disk Boot from the local disk",
    "item --key r retry Load this menu again",
    "item --key s shell iPXE shell",
    "choose --timeout ${menu_timeout} --default image-${img} selected && goto ${selected} || goto shell",
    "",
    ...images.flatMap((name) => [
      `:image-${name}`,
      `set name ${name}`,
      `set image ${transports[request.transport](request.base, name)}`,
      "goto current",
      "",
    ]),
    ...bootVersion(),
    ...lastResorts,
  ].join("\n");
  return { script, warnings: [...new Set([general, ...macs].flatMap(({ warnings }) => warnings))] };
}

const findServer = [
  "# Where the boot files are: with a proxy DHCP server, on that, else where DHCP says.",
  "set srv ${next-server}",
  "isset ${proxydhcp/next-server} && set srv ${proxydhcp/next-server} ||",
  "isset ${srv} || set srv ${dhcp-server}",
  "set card ${netX/mac:hexhyp}",
  "isset ${card} || set card ${net0/mac:hexhyp}",
  "# HTTP is many times faster than TFTP; a server without it refuses at once.",
  "set base http://${srv}/ltsp",
  "imgfetch --timeout 3000 --name probe ${base}/ltsp.ipxe && imgfree probe || set base tftp://${srv}/ltsp",
];

/** `${rare}` is set where the boot set includes modules-rare.img. */
const findCard = [
  "# The drivers of cards that only servers have are in a file of their own, modules-rare.img. It is fetched for a",
  "# card of one of these vendors, and for one whose vendor cannot be read. (The x: iseq wants two words.)",
  // PCI's configuration space starts with the vendor's ID: two bytes, which iPXE writes as in 8086.
  "iseq x${netX/bustype} xPCI && set vendor ${pci/${netX/busloc}.0.2:hexraw} ||",
  "isset ${vendor} || set rare yes",
  ...rareCards.flatMap(({ vendors }) => vendors.map((id) => `iseq x\${vendor} x${id} && set rare yes ||`)),
];

const lastResorts = [
  "# Any file that is missing ends here: what it was, and what makes it.",
  ":missing",
  "imgfree",
  "iseq x${menu_timeout} x-1 && set menu_timeout 5000 ||",
  "echo",
  "echo ltsp: ${base}/${file} cannot be fetched. On the server, run: ${remedy}",
  "prompt --timeout 30000 Press any key to go back to the menu (in 30 seconds it comes by itself) ||",
  "goto menu",
  "",
  ":disk",
  "# On UEFI, leaving iPXE lets the firmware try its next entry; on BIOS the first disk is started.",
  "iseq ${platform} efi && exit 1 || sanboot --no-describe --drive 0x80 ||",
  "goto menu",
  "",
  ":retry",
  "chain --replace ${base}/ltsp.ipxe || goto menu",
  "",
  ":shell",
  "echo Type exit to go back to the menu.",
  "shell",
  "goto menu",
  "",
];

/** What the menu does for all clients, or for one MAC. */
interface Values {
  mac: string;
  values: Map<string, string>;
  warnings: string[];
}

/** The lines that give one MAC what its sections set, where that differs from the rest. */
function forMac(own: Values, general: Values): string[] {
  return menuParameters
    .filter(({ name }) => own.values.get(name) !== general.values.get(name))
    .map(
      ({ name, variable }) => `iseq \${netX/mac} ${own.mac} && set ${variable} ${own.values.get(name)} ||`,
    );
}

function valuesOf(settings: Settings, images: string[], mac = ""): Values {
  const warnings: string[] = [];
  const values = new Map([
    ["DEFAULT_IMAGE", images[0] ?? ""],
    ["KERNEL_PARAMETERS", ""],
    ["MENU_TIMEOUT", defaultTimeout],
  ]);
  for (const { name } of menuParameters) {
    const value = settings.get(name)?.trim().replace(/\s+/g, " ") ?? "";
    if (value === "") continue;
    checkText(name, value, settings);
    if (name === "MENU_TIMEOUT" && !/^(-1|\d+)$/.test(value)) {
      throw settings.failure(
        name,
        `"${value}" is no number of milliseconds`,
        "Write MENU_TIMEOUT=5000, or -1 to hide the menu.",
      );
    }
    if (name === "DEFAULT_IMAGE" && !images.includes(value)) {
      warnings.push(
        `${settings.place(name)}: there is no image "${value}", so ${values.get(name)} is booted. To make it: ltsp image ${value}`,
      );
      continue;
    }
    values.set(name, value);
  }
  return { mac, values, warnings };
}

function checkBase(base: string): void {
  if (/^[A-Za-z0-9/._+-]+$/.test(base)) return;
  throw new Failure(
    "invalid",
    base,
    "clients cannot be given this path in a URL",
    "Choose a base directory of letters, digits and / . _ + - only.",
  );
}

/** iPXE has no quoting: && and || end a command wherever they stand alone, and ${…} is its own variable. */
function checkText(name: string, value: string, settings: Settings): void {
  const wrong =
    value.split(" ").find((word) => word === "&&" || word === "||" || word.startsWith("#")) ??
    value.match(/\$\{|[^ -~]|\\$/)?.[0];
  if (wrong === undefined) return;
  throw settings.failure(
    name,
    `${JSON.stringify(wrong)} means something to iPXE and cannot be in ${name}`,
    "Take it out.",
  );
}

/**
 * IPXE_name, where `name` is the image's in upper case, with _ for what a parameter's name cannot hold. Older
 * ltsp.confs have the image's file there, IPXE_X86_64_IMG.
 */
function title(image: string, settings: Settings): string {
  const wanted = `IPXE_${image.replace(/[^A-Za-z0-9]/g, "_")}`.toUpperCase();
  const titles = settings.family("IPXE_");
  const find = (called: string) => titles.find(({ name }) => name.toUpperCase() === called);
  const setting = find(wanted) ?? find(`${wanted}_IMG`);
  if (setting === undefined) return image;
  checkText(setting.name, setting.value, settings);
  return setting.value;
}

/** What `--transport` was given, if it is one. */
export function parseTransport(text: string): Transport {
  if (text === "nfs" || text === "nbd" || text === "http") return text;
  throw new Failure(
    "usage",
    `--transport=${text}`,
    "there is no such transport",
    `Choose one of: ${Object.keys(transports).join(", ")}`,
  );
}
