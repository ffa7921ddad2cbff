import { existsSync, lstatSync, rmSync, statSync, utimesSync } from "node:fs";
import { layoutsFault, modelPattern, optionsFault, variantsFault } from "../conf/values/keyboard.ts";
import type { Check } from "../conf/values/lines.ts";
import { assigned, withAssigned } from "./assignments.ts";
import type { Client } from "./facts.ts";
import { filesIn, readText, writeText } from "./files.ts";
import { inRoot } from "./in-root.ts";
import { addUnit } from "./own-units.ts";

/** keyboard(5) and xorg.conf(5) have other names for the same. */
const parameters: readonly { name: string; option: string; fault: Check }[] = [
  {
    name: "XKBMODEL",
    option: "XkbModel",
    fault: (value) => (modelPattern.test(value) ? undefined : `"${value}" is none`),
  },
  { name: "XKBLAYOUT", option: "XkbLayout", fault: layoutsFault },
  { name: "XKBVARIANT", option: "XkbVariant", fault: variantsFault },
  { name: "XKBOPTIONS", option: "XkbOptions", fault: optionsFault },
];

/** The keyboard's layout, for the console and X; what ltsp.conf does not set stays the image's. */
export function keyboard(client: Client): void {
  const { root } = client;
  const values = wanted(client);
  if (values.size === 0) return;
  if (["usr/lib/xorg", "usr/bin/Xorg", "usr/libexec/Xorg"].some((file) => existsSync(`${root}/${file}`)))
    writeText(`${root}/etc/X11/xorg.conf.d/99-ltsp-keyboard.conf`, inputClass(values));
  const isDebian = existsSync(`${root}/etc/default/keyboard`);
  if (isDebian) debianKeyboard(client, values);
  // Debian 13 has a symlink to /etc/default/keyboard there.
  const vconsole = `${root}/etc/vconsole.conf`;
  const status = lstatSync(vconsole, { throwIfNoEntry: false });
  if (status === undefined ? !isDebian : status.isFile()) {
    const keymap = consoleKeymap(root, values);
    const console = keymap === undefined ? [] : [["KEYMAP", keymap] as const];
    writeText(vconsole, withAssigned(readText(vconsole), new Map([...values, ...console])));
  }
}

/** What ltsp.conf sets and the image can do, by parameter. A variant belongs to its layout, so a new layout has its own. */
function wanted(client: Client): Map<string, string> {
  const { settings, warn } = client;
  const values = new Map<string, string>();
  for (const { name, fault } of parameters) {
    const value = settings.get(name)?.trim() ?? "";
    const wrong = value === "" ? undefined : fault(value);
    if (wrong !== undefined)
      warn(settings.failure(name, `${name} is left out: ${wrong}`, "See ltsp.conf(5)."));
    else if (value !== "") values.set(name, value);
  }
  const layout = values.get("XKBLAYOUT");
  if (layout === undefined) return values;
  const unknown = unknownLayout(client.root, layout, values.get("XKBVARIANT") ?? "");
  if (unknown !== undefined) {
    warn(settings.failure(...unknown));
    values.delete("XKBLAYOUT");
    values.delete("XKBVARIANT");
  } else if (!values.has("XKBVARIANT")) values.set("XKBVARIANT", "");
  return values;
}

const symbols = "/usr/share/X11/xkb/symbols";

/** A layout is a file of the image, and a variant has its name in it. What settings.failure says of one that is not. */
function unknownLayout(
  root: string,
  layouts: string,
  variants: string,
): [string, string, string] | undefined {
  if (!existsSync(inRoot(root, symbols))) return undefined;
  const variantOf = variants.split(",");
  for (const [index, layout] of layouts.split(",").entries()) {
    const file = inRoot(root, `${symbols}/${layout}`);
    if (!existsSync(file)) {
      const remedy = `In the image, this lists them: ls ${symbols}`;
      return ["XKBLAYOUT", `the image knows no keyboard layout ${layout}`, remedy];
    }
    const variant = variantOf[index] || undefined;
    if (variant === undefined || new RegExp(`xkb_symbols\\s+"${variant}"`).test(readText(file))) continue;
    const remedy = `In the image, this lists them: grep xkb_symbols ${symbols}/${layout}`;
    return ["XKBVARIANT", `the image's keyboard layout ${layout} has no variant ${variant}`, remedy];
  }
  return undefined;
}

/** For X of any distribution: the last of its files has the last word. */
function inputClass(values: ReadonlyMap<string, string>): string {
  const options = parameters
    .filter(({ name }) => values.has(name))
    .map(({ name, option }) => `\tOption "${option}" "${values.get(name)}"`);
  return [
    "# Written by ltsp at boot: the XKB parameters of ltsp.conf.",
    'Section "InputClass"',
    '\tIdentifier "ltsp keyboard"',
    '\tMatchIsKeyboard "on"',
    ...options,
    "EndSection",
    "",
  ].join("\n");
}

/**
 * /etc/default/keyboard, which Debian's console-setup, udev (for X) and systemd-localed read. It keeps its date:
 * were it newer than the image's caches, console-setup would make them all again, and keep the greeter waiting for it.
 */
function debianKeyboard(client: Client, values: ReadonlyMap<string, string>): void {
  const file = inRoot(client.root, "/etc/default/keyboard");
  const before = readText(file);
  if ([...values].every(([name, value]) => assigned(before, name) === value)) return;
  const { atime, mtime } = statSync(file);
  writeText(file, withAssigned(before, values));
  utimesSync(file, atime, mtime);
  dropCaches(client.root);
  consoleLater(client);
}

/** The console's keymap as the image had it, which setupcon would load instead of making a new one. */
function dropCaches(root: string): void {
  const directory = `${root}/etc/console-setup`;
  for (const name of filesIn(directory)) {
    if (/^cached_(setup_keyboard\.sh|.*\.kmap(\.gz)?)$/.test(name)) rmSync(`${directory}/${name}`);
  }
}

/**
 * A new keymap takes console-setup a second (and fifty in an emulated PC), and its own unit has the whole boot wait:
 * in the place of that unit, one that only the text consoles' prompts wait for. By then X may have the screen, and
 * setupcon leaves a keyboard in X's mode alone: so it gets a text console.
 */
function consoleLater(client: Client): void {
  const script = ["usr/lib", "lib"].find((lib) =>
    existsSync(`${client.root}/${lib}/console-setup/keyboard-setup.sh`),
  );
  if (script === undefined) return;
  const unit = [
    "[Unit]",
    "Description=Console keymap of ltsp.conf",
    "DefaultDependencies=no",
    "After=local-fs.target",
    "Before=getty-pre.target shutdown.target",
    "Wants=getty-pre.target",
    "Conflicts=shutdown.target",
    "",
    "[Service]",
    "Type=oneshot",
    `ExecStart=/${script}/console-setup/keyboard-setup.sh`,
    "StandardInput=file:/dev/tty1",
    "RemainAfterExit=yes",
  ];
  addUnit(client, "keyboard-setup.service", unit, "multi-user.target");
}

/** The console's keymap for a layout of X, as systemd-localed finds it; undefined if it knows none. */
function consoleKeymap(root: string, values: ReadonlyMap<string, string>): string | undefined {
  const layout = values.get("XKBLAYOUT");
  if (layout === undefined) return undefined;
  const variant = values.get("XKBVARIANT") || "-";
  const rows = readText(inRoot(root, "/usr/share/systemd/kbd-model-map"))
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.split(/\s+/));
  const [keymap] = rows.find((row) => row[1] === layout && row[3] === variant) ?? [];
  return keymap;
}
