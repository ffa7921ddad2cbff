import { lstatSync } from "node:fs";
import type { Check } from "../conf/values/lines.ts";
import { driverPattern, modelineFault, modePattern, rangesFault, sizeFault } from "../conf/values/xorg.ts";
import type { Client } from "./facts.ts";
import { writeText } from "./files.ts";
import { textOfFile } from "./text-or-file.ts";

/** A parameter's line in xorg.conf, and the section that it stands in. */
interface Line {
  parameter: string;
  section: "Device" | "Monitor" | "Display";
  fault: Check;
  line: (value: string) => string;
}

const words = (value: string) => value.trim().split(/\s+/);
const bare = (word: string) => word.trim().replaceAll('"', "");
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value) ? undefined : `"${value}" is none`;

const modesFault: Check = (value) => {
  const wrong = words(value).find((word) => !modePattern.test(word));
  return wrong === undefined ? undefined : `"${wrong}" is no mode`;
};

const ranges = (value: string) =>
  value
    .trim()
    .split(/[\s,]+/)
    .join(", ");

/** A mode's name in quotes, and what follows it: cvt and gtf print the word Modeline before them. */
function modeline(value: string): string {
  const [, name = "", rest = ""] = /^\s*(?:modeline\s+)?("[^"]+"|\S+)\s+(.*)$/is.exec(value) ?? [];
  return `ModeLine "${bare(name)}" ${words(rest).join(" ")}`;
}

/** xorg.conf(5): what each parameter is there. */
const lines: readonly Line[] = [
  {
    parameter: "X_DRIVER",
    section: "Device",
    fault: matching(driverPattern),
    line: (value) => `Driver "${bare(value)}"`,
  },
  {
    parameter: "X_HORIZSYNC",
    section: "Monitor",
    fault: rangesFault,
    line: (value) => `HorizSync ${ranges(value)}`,
  },
  {
    parameter: "X_VERTREFRESH",
    section: "Monitor",
    fault: rangesFault,
    line: (value) => `VertRefresh ${ranges(value)}`,
  },
  { parameter: "X_MODELINE", section: "Monitor", fault: modelineFault, line: modeline },
  {
    parameter: "X_PREFERREDMODE",
    section: "Monitor",
    fault: matching(modePattern),
    line: (value) => `Option "PreferredMode" "${bare(value)}"`,
  },
  {
    parameter: "X_MODES",
    section: "Display",
    fault: modesFault,
    line: (value) =>
      `Modes ${words(value)
        .map((mode) => `"${bare(mode)}"`)
        .join(" ")}`,
  },
  {
    parameter: "X_VIRTUAL",
    section: "Display",
    fault: sizeFault,
    line: (value) => `Virtual ${words(value).join(" ")}`,
  },
];

/** /etc/X11/xorg.conf: X_CONF's file, or one that is made of the other X_ parameters, if any is set. */
export function xorg(client: Client): void {
  const { root, settings, warn } = client;
  const file = settings.get("X_CONF")?.trim() ?? "";
  const set = lines.filter(({ parameter }) => (settings.get(parameter) ?? "") !== "");
  const [first] = file !== "" ? ["X_CONF"] : set.map(({ parameter }) => parameter);
  if (first === undefined) return;
  if (!hasXorg(root)) {
    warn(settings.failure(first, "the image has no Xorg, which this is for", "Install xserver-xorg in it."));
    return;
  }
  const text = file !== "" ? ready(client, file, set) : generated(client, set);
  if (text !== undefined) writeText(`${root}/etc/X11/xorg.conf`, text);
}

/** Debian's, Fedora's and older places of the X server. */
function hasXorg(root: string): boolean {
  return ["usr/lib/xorg/Xorg", "usr/libexec/Xorg", "usr/bin/Xorg", "usr/bin/X"].some((file) =>
    isThere(`${root}/${file}`),
  );
}

/** Drivers are often symlinks into /etc/alternatives, which are the root's and not ours to follow. */
const isThere = (file: string) => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/** The file that X_CONF names. */
function ready(client: Client, file: string, others: readonly Line[]): string | undefined {
  const { settings, warn } = client;
  const [other] = others;
  if (other !== undefined) {
    const why = `${other.parameter} is ignored, since X_CONF=${file} is the whole xorg.conf`;
    warn(settings.failure(other.parameter, why, "Take one of the two out, or write it into that file."));
  }
  return textOfFile(client, "X_CONF", file);
}

/** An xorg.conf with those sections that have something to say, and what Xorg needs to find them. */
function generated(client: Client, set: readonly Line[]): string | undefined {
  const right = set.filter((line) => isRight(client, line));
  const of = (section: Line["section"]) =>
    right
      .filter((line) => line.section === section)
      .map(({ parameter, line }) => line(client.settings.get(parameter) ?? ""));
  const [device, monitor, display] = [of("Device"), of("Monitor"), of("Display")];
  if (right.length === 0) return undefined;
  const screen = ['Device "ltsp"'];
  if (monitor.length > 0) screen.push('Monitor "ltsp"');
  if (display.length > 0)
    screen.push('SubSection "Display"', ...display.map((line) => `\t${line}`), "EndSubSection");
  return [
    "# Written by ltsp at boot: the X_ parameters of ltsp.conf.\n",
    section("Device", device),
    monitor.length > 0 ? section("Monitor", monitor) : "",
    screen.length > 1 ? section("Screen", screen) : "",
  ].join("");
}

function section(name: string, lines: readonly string[]): string {
  return [
    "",
    `Section "${name}"`,
    '\tIdentifier "ltsp"',
    ...lines.map((line) => `\t${line}`),
    "EndSection",
    "",
  ].join("\n");
}

function isRight({ root, settings, warn }: Client, { parameter, fault }: Line): boolean {
  const value = settings.get(parameter) ?? "";
  const wrong = fault(value);
  const why = wrong === undefined ? undefined : `${parameter} is left out: ${wrong}`;
  if (why !== undefined)
    warn(settings.failure(parameter, why, `ltsp.conf(5) shows what ${parameter} looks like.`));
  else if (parameter === "X_DRIVER" && !hasDriver(root, bare(value))) {
    const missing = `the image has no driver ${bare(value)} for X, which does not start without it; X looks for one itself`;
    warn(settings.failure(parameter, missing, "Install the driver in the image, or take X_DRIVER out."));
    return false;
  }
  return why === undefined;
}

/** Where Debian, Fedora and Ubuntu's packages of NVIDIA put X's drivers. */
const driverDirectories = [
  "usr/lib/xorg/modules/drivers",
  "usr/lib64/xorg/modules/drivers",
  "usr/lib/x86_64-linux-gnu/nvidia/xorg",
  "usr/lib/nvidia/xorg",
];

function hasDriver(root: string, driver: string): boolean {
  return driverDirectories.some((directory) => isThere(`${root}/${directory}/${driver}_drv.so`));
}
