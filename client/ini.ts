/** One line KEY=VALUE of a file with [GROUP] headers. */
export interface Entry {
  group: string;
  key: string;
  value: string;
}

const header = /^\s*\[([^\]]+)\]\s*$/;
const assignment = /^\s*([^=[\]#;]+?(?:\[[^\]]*\])?)\s*=\s*(.*?)\s*$/;

/** What lines without a header above them belong to; lines that are neither KEY=VALUE nor a comment are `strange`. */
export function readIni(text: string, defaultGroup = ""): { entries: Entry[]; strange: string[] } {
  const entries: Entry[] = [];
  const strange: string[] = [];
  let group = defaultGroup;
  for (const line of text.split("\n")) {
    const [, name] = header.exec(line) ?? [];
    const [, key, value = ""] = assignment.exec(line) ?? [];
    if (name !== undefined) group = name;
    else if (key !== undefined) entries.push({ group, key, value });
    else if (!/^\s*([#;]|$)/.test(line)) strange.push(line.trim());
  }
  return { entries, strange };
}

/** The value that counts: GLib and sddm read groups of one name as one, and take the last of several. */
export function iniValue(text: string, group: string, key: string): string | undefined {
  return readIni(text).entries.findLast((entry) => entry.group === group && entry.key === key)?.value;
}

/** The names of its groups, each once. */
export function iniGroups(text: string): string[] {
  return [...new Set(text.split("\n").flatMap((line) => header.exec(line)?.[1] ?? []))];
}

/** The text with these entries set, in the places of those that it has; comments and all else stay. */
export function withEntries(text: string, entries: readonly Entry[]): string {
  const lines = text.trimEnd() === "" ? [] : text.trimEnd().split("\n");
  for (const entry of entries) set(lines, entry);
  return `${lines.join("\n")}\n`;
}

function set(lines: string[], { group, key, value }: Entry): void {
  let current = "";
  let same: number | undefined;
  let endOfGroup: number | undefined;
  for (const [index, line] of lines.entries()) {
    current = header.exec(line)?.[1] ?? current;
    if (current !== group || line.trim() === "") continue;
    endOfGroup = index;
    if (assignment.exec(line)?.[1] === key) same = index;
  }
  if (same !== undefined) lines[same] = `${key}=${value}`;
  else if (endOfGroup !== undefined) lines.splice(endOfGroup + 1, 0, `${key}=${value}`);
  else lines.push(...(lines.length > 0 ? [""] : []), `[${group}]`, `${key}=${value}`);
}
