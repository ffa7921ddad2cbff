/** A unit's file as far as it matters here: the words of the settings of one section, by their names. */
export type UnitSection = ReadonlyMap<string, readonly string[]>;

/** Reads one section of a unit file (systemd.syntax(7)); undefined if the file has none. */
export function unitSection(text: string, section: string): Map<string, string[]> | undefined {
  let found: Map<string, string[]> | undefined;
  let inside = false;
  for (const line of logicalLines(text)) {
    if (line.startsWith("[")) {
      inside = line === `[${section}]`;
      if (inside) found ??= new Map();
      continue;
    }
    const equals = line.indexOf("=");
    if (!inside || equals < 0) continue;
    const name = line.slice(0, equals).trim();
    const words = line.slice(equals + 1).match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
    const unquoted = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
    found?.set(name, [...(found.get(name) ?? []), ...unquoted]);
  }
  return found;
}

/** Lines that end with a backslash go on in the next one; comments and empty lines are left out. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (/^[#;]/.test(line)) continue;
    if (line.endsWith("\\")) {
      open += `${line.slice(0, -1)} `;
      continue;
    }
    if (open + line !== "") lines.push((open + line).trim());
    open = "";
  }
  return lines;
}

/** The types of units, which their names end in. */
const types = new Set(
  "service socket target timer path mount automount swap slice device scope"
    .split(" ")
    .map((type) => `.${type}`),
);

/** ".service" of ssh.service; "" if the name ends in no type. */
function suffixOf(name: string): string {
  const dot = name.lastIndexOf(".");
  const end = dot < 0 ? "" : name.slice(dot);
  return types.has(end) ? end : "";
}

/** A unit's name as systemctl understands it: without a suffix it is a service. */
export const fullName = (name: string): string => (suffixOf(name) === "" ? `${name}.service` : name);

/** Can this be a unit's name? */
export const isUnitName = (name: string): boolean =>
  suffixOf(name) !== "" && /^[\w:.\\@-]+$/.test(name) && name.length < 256 && !name.startsWith(".");

/** getty@tty1.service -> prefix getty, instance tty1 ("" in the template itself), suffix .service. */
export function partsOf(name: string): { prefix: string; instance: string | undefined; suffix: string } {
  const suffix = suffixOf(name);
  const stem = name.slice(0, name.length - suffix.length);
  const at = stem.indexOf("@");
  if (at < 0) return { prefix: stem, instance: undefined, suffix };
  return { prefix: stem.slice(0, at), instance: stem.slice(at + 1), suffix };
}

/** The template that an instance is made of; undefined for any other name. */
export function templateOf(name: string): string | undefined {
  if (!name.includes("@")) return undefined;
  const { prefix, instance, suffix } = partsOf(name);
  return instance ? `${prefix}@${suffix}` : undefined;
}

/** A word of an [Install] section with its %-specifiers filled in; undefined if this is not the place to know one. */
export function installName(word: string, unit: string, defaultInstance = ""): string | undefined {
  const { prefix, instance, suffix } = partsOf(unit);
  const filled = instance === undefined ? undefined : instance || defaultInstance;
  const stem = filled === undefined ? prefix : `${prefix}@${filled}`;
  const values: Record<string, string> = {
    "%": "%",
    i: filled ?? "",
    j: prefix.slice(prefix.lastIndexOf("-") + 1),
    n: `${stem}${suffix}`,
    N: stem,
    p: prefix,
  };
  let known = true;
  const name = word.replaceAll(/%(.)/g, (_, letter: string) => {
    known &&= values[letter] !== undefined;
    return values[letter] ?? "";
  });
  return known ? name : undefined;
}
