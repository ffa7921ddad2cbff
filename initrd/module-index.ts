/** What depmod knows of one kernel's modules: its text files (modules.dep(5)), read. */
export interface ModuleIndex {
  /** Module name -> its file, as modules.dep writes it: "kernel/fs/nfs/nfs.ko.xz". */
  files: Map<string, string>;
  /** File -> the files that must be loaded before it. */
  depends: Map<string, string[]>;
  /** Module name -> names (or aliases) that it wants beside it. */
  soft: Map<string, string[]>;
  /** Alias -> module names; the lines of modules.alias, which may hold globs. */
  aliases: Map<string, string[]>;
}

/** The texts of /lib/modules/VERSION/modules.{dep,softdep,alias}. */
export interface IndexTexts {
  dep: string;
  softdep: string;
  alias: string;
}

/** Reads depmod's files. */
export function readIndex(texts: IndexTexts): ModuleIndex {
  const index: ModuleIndex = { files: new Map(), depends: new Map(), soft: new Map(), aliases: new Map() };
  for (const line of lines(texts.dep)) {
    const colon = line.indexOf(":");
    const path = line.slice(0, colon);
    index.files.set(moduleName(path), path);
    index.depends.set(path, words(line.slice(colon + 1)));
  }
  for (const line of lines(texts.softdep)) {
    const [, name = "", ...wanted] = words(line);
    const names = wanted.filter((word) => word !== "pre:" && word !== "post:");
    index.soft.set(moduleName(name), [...(index.soft.get(moduleName(name)) ?? []), ...names]);
  }
  for (const line of lines(texts.alias)) {
    const [, alias = "", name = ""] = words(line);
    index.aliases.set(alias, [...(index.aliases.get(alias) ?? []), moduleName(name)]);
  }
  return index;
}

/** "kernel/fs/nfs/nfs.ko.xz" -> "nfs". The kernel writes "-" and "_" in module names as the same. */
export function moduleName(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\.ko(\.\w+)?$/, "")
    .replaceAll("-", "_");
}

/** The modules of an index line or softdep word: a module's own name, or those that answer to an alias. */
export function modulesFor(word: string, index: ModuleIndex): string[] {
  const name = moduleName(word);
  return index.files.has(name) ? [name] : (index.aliases.get(word) ?? []);
}

export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
