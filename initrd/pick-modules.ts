import { Failure } from "../conf/failure.ts";
import { type IndexTexts, lines, type ModuleIndex, moduleName, modulesFor } from "./module-index.ts";
import { moduleTable } from "./module-table.ts";

/**
 * The files (as in modules.dep, sorted) of the modules that a netboot can need, of those that `added` names, and
 * of all that they need. Fails on an added name that the kernel has no module of.
 */
export function pickModules(index: ModuleIndex, added: string[] = []): string[] {
  const picked = new Set<string>();
  const waiting = [...index.files.values()].filter(isWanted);
  for (const name of added) {
    const path = index.files.get(moduleName(name));
    if (path === undefined) {
      throw new Failure(
        "missing",
        name,
        "the kernel has no module of this name",
        "Find it: modprobe --show-depends NAME",
      );
    }
    waiting.push(path);
  }
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (picked.has(path)) continue;
    picked.add(path);
    const soft = (index.soft.get(moduleName(path)) ?? []).flatMap((word) => modulesFor(word, index));
    waiting.push(...(index.depends.get(path) ?? []), ...soft.flatMap((name) => index.files.get(name) ?? []));
  }
  return [...picked].sort();
}

function isWanted(path: string): boolean {
  return moduleTable.some(
    (row) => row.take.some((entry) => covers(entry, path)) && !row.but?.some((entry) => covers(entry, path)),
  );
}

function covers(entry: string, path: string): boolean {
  return entry.endsWith("/") ? path.startsWith(`kernel/${entry}`) : moduleName(path) === entry;
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
