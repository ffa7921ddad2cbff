import { basename, dirname } from "node:path";
import { readText } from "./files.ts";
import { disableScript } from "./sysv.ts";
import { installName, isUnitName, partsOf, templateOf, unitSection } from "./unit-file.ts";
import { type Scope, UnitTree } from "./unit-tree.ts";

/** The units of a root, which can be disabled and masked as `systemctl --root=…` would do it. */
export interface Units {
  readonly root: string;
  readonly scope: Scope;
  readonly tree: UnitTree;
}

/** Lists a root's units. */
export const unitsOf = (root: string, scope: Scope): Units => ({
  root,
  scope,
  tree: new UnitTree(root, scope),
});

/** Where a unit's file is, or its template's; undefined if the image has neither. */
export function unitPath({ tree }: Units, name: string): string | undefined {
  const template = templateOf(name);
  return tree.find(name) ?? (template === undefined ? undefined : tree.find(template));
}

/** The SysV script that systemd makes a service of, which it only does where no unit has that name. */
export function scriptOf(units: Units, name: string): string | undefined {
  const { prefix, instance, suffix } = partsOf(name);
  if (units.scope !== "system" || suffix !== ".service" || instance !== undefined) return undefined;
  if (unitPath(units, name) !== undefined) return undefined;
  return units.tree.list("/etc/init.d").has(prefix) ? prefix : undefined;
}

/** What a name stands for, and which other units its file wants to be enabled and disabled along with it. */
interface Loaded {
  kind: "unit" | "masked" | "alias" | "missing";
  /** Another unit that the name is an alias of. */
  target?: string;
  also: string[];
}

/**
 * Takes away what enabling these units has made: all symlinks of their names or to their files, those of the units
 * that their Also= names, and a SysV script's start links.
 */
export function disable(units: Units, names: readonly string[]): void {
  disableScripts(units, names);
  const marks = marked(units, names);
  const gone = new Set<string>();
  let before = -1;
  while (gone.size > before) {
    before = gone.size;
    // What led to a removed symlink goes with it.
    removeLinks(units.tree, units.tree.links(), marks, gone);
  }
}

/**
 * Disables the units of a list that names them all, so that no file needs to be read for what else there is. Aliases
 * are symlinks beside the units; a symlink in a directory of wants starts the unit of its own name (systemd.unit(5)).
 */
export function disableListed(units: Units, names: readonly string[]): void {
  const { tree } = units;
  disableScripts(units, names);
  const marks = new Set(names.filter((name) => !isMasked(units, name)));
  const links = tree.links().filter((path) => dirname(path) === tree.config || marks.has(basename(path)));
  removeLinks(tree, links, marks, new Set());
}

function disableScripts(units: Units, names: readonly string[]): void {
  for (const name of names) {
    const script = scriptOf(units, name);
    if (script !== undefined) disableScript(units.root, script);
  }
}

/** Makes these units ones that nothing can start, whether the image has them or not. */
export function mask({ tree }: Units, names: readonly string[]): void {
  for (const name of names) tree.mask(name);
}

/** The names whose symlinks go when `names` are disabled: a masked unit stays as it is, an alias means its target. */
function marked(units: Units, names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const marks = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const { kind, target, also } = load(units, name);
    if (kind === "unit" || kind === "missing") marks.add(name);
    waiting.push(...also, ...(target === undefined ? [] : [target]));
  }
  return marks;
}

/** Looks a name up, and reads its file and drop-ins. */
function load(units: Units, name: string): Loaded {
  const { tree } = units;
  const path = unitPath(units, name);
  if (path === undefined) return { kind: "missing", also: [] };
  const text = tree.isNull(path) ? "" : readIn(units, path);
  // An empty file masks a unit as /dev/null does.
  if (text === "") return { kind: "masked", also: [] };
  const texts = dropIns(tree, name).map((file) => readIn(units, file));
  const pointed = tree.target(path);
  const target = pointed === undefined ? name : instanceOf(basename(pointed), name);
  if (target !== name) {
    // An alias of a unit that is not there: its name goes.
    if (unitPath(units, target) === undefined) return { kind: "missing", also: alsoOf(name, texts) };
    return { kind: "alias", target, also: alsoOf(name, texts) };
  }
  return { kind: "unit", also: alsoOf(name, [text, ...texts]) };
}

/** What an alias stands for: an instance's link to a template means the template's instance of that name. */
function instanceOf(target: string, alias: string): string {
  const { prefix, instance, suffix } = partsOf(target);
  const wanted = partsOf(alias).instance;
  return instance === "" && wanted ? `${prefix}@${wanted}${suffix}` : target;
}

/** The text of a file that a path in the root leads to, "" if there is none. */
export function readIn({ root, tree }: Units, path: string): string {
  const file = tree.final(path);
  return file === undefined ? "" : readText(root + file);
}

/** The drop-in files of a unit and of its template; of files of one name, the first of the search path counts. */
export function dropIns(tree: UnitTree, name: string): string[] {
  const files = new Map<string, string>();
  for (const unit of [name, templateOf(name)]) {
    if (unit === undefined) continue;
    for (const directory of tree.search) {
      if (tree.list(directory).get(`${unit}.d`) !== "directory") continue;
      for (const entry of tree.list(`${directory}/${unit}.d`).keys()) {
        if (entry.endsWith(".conf") && !files.has(entry)) files.set(entry, `${directory}/${unit}.d/${entry}`);
      }
    }
  }
  return [...files.values()];
}

function alsoOf(name: string, texts: readonly string[]): string[] {
  const sections = texts.map((text) => unitSection(text, "Install"));
  const instance = sections.flatMap((section) => section?.get("DefaultInstance") ?? []).at(-1);
  return sections
    .flatMap((section) => section?.get("Also") ?? [])
    .map((word) => installName(word, name, instance))
    .filter((also) => also !== undefined && isUnitName(also)) as string[];
}

/** Removes those symlinks that have, or lead to, a marked name or one that is gone already. */
function removeLinks(
  tree: UnitTree,
  links: readonly string[],
  marks: ReadonlySet<string>,
  gone: Set<string>,
): void {
  const leadsToMarked = (path: string) => {
    const final = tree.final(path);
    return final !== undefined && (marks.has(basename(final)) || gone.has(final));
  };
  for (const path of links) {
    const name = basename(path);
    if (!isUnitName(name) || !(marks.has(name) || leadsToMarked(path))) continue;
    tree.remove(path);
    gone.add(path);
  }
}

/** The other unit that a name is an alias of: only a symlink is. */
export function aliasOf(units: Units, name: string): string | undefined {
  const path = unitPath(units, name);
  const isLink = path !== undefined && units.tree.target(path) !== undefined;
  return isLink ? load(units, name).target : undefined;
}

/** Can nothing start this unit? */
export function isMasked({ tree }: Units, name: string): boolean {
  const path = tree.find(name);
  return path !== undefined && tree.isNull(path);
}
