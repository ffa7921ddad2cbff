import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { readConf } from "./conf.ts";
import { makeDirectory, writeFile } from "./files.ts";
import { menuScript, type Transport } from "./menu.ts";
import { imageNames } from "./names.ts";
import type { Options, Report } from "./options.ts";

/** What the firmware of a PC loads first: iPXE as Debian's package has it. */
const binaries = ["undionly.kpxe", "snponly.efi"];

/** `ltsp ipxe`: the menu of images, and iPXE itself. `source` is where the iPXE binaries are. */
export async function ipxe(
  transport: Transport,
  options: Options,
  source = "/usr/lib/ipxe",
): Promise<Report> {
  const images = imageNames(options);
  if (images.length === 0) {
    throw new Failure(
      "missing",
      join(options.base, "images"),
      "there is no image for the menu to offer",
      "Make one first: ltsp image NAME",
    );
  }
  const missing = binaries.find((name) => !existsSync(join(source, name)));
  if (missing !== undefined) {
    throw new Failure(
      "missing",
      join(source, missing),
      "iPXE is not installed",
      "Install it: apt install ipxe",
    );
  }
  const directory = join(options.tftp, "ltsp");
  const menu = join(directory, "ltsp.ipxe");
  const conf = readConf(options.conf, menu);
  const made = menuScript({ conf, images, base: options.base, transport });
  const warnings = [...conf.warnings, ...made.warnings];

  makeDirectory(directory);
  if (!options.overwrite) refuseEdited(menu);
  for (const name of binaries) copyIfNew(join(source, name), join(directory, name));
  writeFile(menu, signed(made.script), 0o644);
  return {
    lines: [
      ...warnings.map((warning) => `warning: ${warning}`),
      `${menu}: ${images.join(", ")}`,
      ...binaries.map((name) => join(directory, name)),
    ],
    data: { menu, images, transport, warnings, binaries: binaries.map((name) => join(directory, name)) },
  };
}

/** The last line is a checksum of the rest, and tells a script of ours from one that was edited by hand. */
function signed(script: string): string {
  return `${script}# ltsp ${createHash("sha256").update(script).digest("hex")}\n`;
}

function refuseEdited(menu: string): void {
  if (!existsSync(menu)) return;
  const text = readFileSync(menu, "utf8");
  const script = text.replace(/# ltsp [0-9a-f]{64}\n$/, "");
  if (script !== text && signed(script) === text) return;
  throw new Failure(
    "invalid",
    menu,
    "it was edited by hand, or is another program's, and is left as it is",
    "Move the changes to ltsp.conf (KERNEL_PARAMETERS, DEFAULT_IMAGE, MENU_TIMEOUT); to replace it: ltsp --overwrite ipxe",
  );
}

function copyIfNew(source: string, target: string): void {
  const content = readFileSync(source);
  if (existsSync(target) && content.equals(readFileSync(target))) return;
  writeFile(target, content, 0o644);
}
