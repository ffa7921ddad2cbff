import { type IndexTexts, lines, type ModuleIndex, moduleName, modulesFor } from "./module-index.ts";
import { moduleTable, rareCards } from "./module-table.ts";

/** Files as in modules.dep, sorted, none in both. */
export interface Picked {
  /** What a PC can need. */
  common: string[];
  /** What more the cards of servers and data centres need. */
  rare: string[];
}

/** The modules that a netboot can need, those named in `more` for every client, and all that they need. */
export function pickModules(index: ModuleIndex, more: ReadonlySet<string> = new Set()): Picked {
  const wanted = [...index.files].filter(([name, path]) => more.has(name) || isWanted(name, path));
  const vendors = pciVendors(index);
  const usual = wanted.filter(([name, path]) => more.has(name) || !isRare(name, path, vendors));
  const common = withNeeded(usual, index);
  const all = withNeeded(wanted, index);
  return { common: [...common].sort(), rare: [...all].filter((path) => !common.has(path)).sort() };
}

function withNeeded(modules: [name: string, path: string][], index: ModuleIndex): Set<string> {
  const picked = new Set<string>();
  const waiting = modules.map(([, path]) => path);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (picked.has(path)) continue;
    picked.add(path);
    const soft = (index.soft.get(moduleName(path)) ?? []).flatMap((word) => modulesFor(word, index));
    waiting.push(...(index.depends.get(path) ?? []), ...soft.flatMap((name) => index.files.get(name) ?? []));
  }
  return picked;
}

function isWanted(name: string, path: string): boolean {
  const covered = (entry: string) => covers(entry, name, path);
  return moduleTable.some((row) => row.take.some(covered) && !row.but?.some(covered));
}

/** A driver that has come to serve another vendor's cards too is not rare: that vendor's clients would go without. */
function isRare(name: string, path: string, vendors: Map<string, Set<string>>): boolean {
  const row = rareCards.find(({ take }) => take.some((entry) => covers(entry, name, path)));
  return row !== undefined && [...(vendors.get(name) ?? [])].every((id) => row.vendors.includes(id));
}

/** Module name -> the vendor IDs of the PCI devices that it drives ("pci:v000015B3d00001003sv*" -> "15b3"). */
function pciVendors(index: ModuleIndex): Map<string, Set<string>> {
  const vendors = new Map<string, Set<string>>();
  for (const [alias, names] of index.aliases) {
    if (!alias.startsWith("pci:v")) continue;
    const vendor = alias.slice("pci:v0000".length, "pci:v0000".length + 4).toLowerCase();
    for (const name of names) vendors.set(name, (vendors.get(name) ?? new Set()).add(vendor));
  }
  return vendors;
}

/** Is a module, of that name and file, in an entry of the tables: a directory ("fs/nfs/"), or a name? */
function covers(entry: string, name: string, path: string): boolean {
  return entry.endsWith("/") ? path.startsWith(`kernel/${entry}`) : name === entry;
}

/** depmod's files for the picked modules alone, with names as in the pack, where all are plain .ko. */
export function filterIndex(texts: IndexTexts, picked: string[]): IndexTexts {
  const paths = new Set(picked);
  const names = new Set(picked.map(moduleName));
  const kept = (text: string, isKept: (words: string[]) => boolean) =>
    lines(text)
      .filter((line) => isKept(line.split(" ")))
      .map((line) => `${line}\n`)
      .join("");
  return {
    dep: kept(texts.dep, ([path = ""]) => paths.has(path.slice(0, -1))).replace(/\.ko\.\w+/g, ".ko"),
    softdep: kept(texts.softdep, ([, name = ""]) => names.has(moduleName(name))),
    alias: kept(texts.alias, ([, , name = ""]) => names.has(moduleName(name))),
  };
}
