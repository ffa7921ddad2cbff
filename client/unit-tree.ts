import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname } from "node:path";

/** The machine's units, or those of every user's session. */
export type Scope = "system" | "user";

/** What a directory holds: a name is a symlink, a directory, or else taken for a file. */
type Kind = "file" | "link" | "directory";

/** Where the image's own units are, in the order in which systemd looks for one (systemd.unit(5)). */
const vendor: Readonly<Record<Scope, readonly string[]>> = {
  system: ["/usr/local/lib/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"],
  user: [
    "/usr/local/share/systemd/user",
    "/usr/share/systemd/user",
    "/usr/local/lib/systemd/user",
    "/usr/lib/systemd/user",
  ],
};

/** Beyond that many symlinks the kernel calls it a loop. */
const LONGEST_CHAIN = 40;

/**
 * The unit directories of a root, each listed once. Paths are as the root sees them, and no symlink leads out of it:
 * an absolute one starts at the root's top.
 */
export class UnitTree {
  /** Where enabling, disabling and masking happen. */
  readonly config: string;
  /** The directories that units are looked for in, first the one that wins. */
  readonly search: readonly string[];
  readonly #root: string;
  readonly #lists = new Map<string, Map<string, Kind>>();
  readonly #targets = new Map<string, string>();
  readonly #directories = new Map<string, string>();

  constructor(root: string, scope: Scope) {
    this.#root = root;
    this.config = this.#directory(`/etc/systemd/${scope}`);
    const images = vendor[scope].map((directory) => this.#directory(directory));
    this.search = [this.config, ...[...new Set(images)].filter((directory) => this.list(directory).size > 0)];
  }

  /** What a directory holds; nothing if there is none. */
  list(directory: string): Map<string, Kind> {
    const known = this.#lists.get(directory);
    if (known !== undefined) return known;
    const entries = new Map<string, Kind>();
    this.#lists.set(directory, entries);
    try {
      for (const entry of readdirSync(this.#root + directory, { withFileTypes: true }))
        entries.set(entry.name, entry.isSymbolicLink() ? "link" : entry.isDirectory() ? "directory" : "file");
    } catch {} // no such directory
    return entries;
  }

  /** Where a unit's file, or a symlink of its name, is: the first of the search path. */
  find(name: string): string | undefined {
    for (const directory of this.search) {
      const kind = this.list(directory).get(name);
      if (kind === "file" || kind === "link") return `${directory}/${name}`;
    }
    return undefined;
  }

  /** All symlinks below /etc/systemd/system, or /etc/systemd/user, at any depth. */
  links(directory = this.config): string[] {
    const found: string[] = [];
    for (const [name, kind] of this.list(directory)) {
      if (kind === "directory") found.push(...this.links(`${directory}/${name}`));
      if (kind === "link") found.push(`${directory}/${name}`);
    }
    return found;
  }

  /** The `wants` and `requires` directories of all units, the image's own too, that hold a unit: their paths. */
  holders(name: string): string[] {
    return this.search.flatMap((directory) =>
      [...this.list(directory)]
        .filter(([entry, kind]) => kind === "directory" && /\.(wants|requires|upholds)$/.test(entry))
        .map(([entry]) => `${directory}/${entry}`)
        .filter((holder) => this.list(holder).has(name)),
    );
  }

  /** Where a symlink points to; its directory without symlinks, its last part as it is. undefined: it is none. */
  target(path: string): string | undefined {
    const directory = dirname(path);
    const listed = this.#lists.get(directory);
    if (listed !== undefined && listed.get(basename(path)) !== "link") return undefined;
    const known = this.#targets.get(path);
    if (known !== undefined) return known;
    const isLink =
      listed !== undefined || lstatSync(this.#root + path, { throwIfNoEntry: false })?.isSymbolicLink();
    if (!isLink) return undefined;
    const text = readlinkSync(this.#root + path);
    const pointed = text.startsWith("/") ? text : `${directory}/${text}`;
    const target = `${this.#directory(dirname(pointed))}/${basename(pointed)}`;
    this.#targets.set(path, target);
    return target;
  }

  /** The file that a path leads to through all its symlinks, there or not; undefined if they go round in circles. */
  final(path: string): string | undefined {
    let at = path;
    for (let steps = 0; steps < LONGEST_CHAIN; steps += 1) {
      const next = this.target(at);
      if (next === undefined) return at;
      at = next;
    }
    return undefined;
  }

  /** Does a symlink lead to /dev/null? That masks a unit. */
  isNull(path: string): boolean {
    if (this.target(path) === undefined) return false;
    const file = this.final(path);
    return file === undefined || file === "/dev/null";
  }

  /** Removes a symlink, and the directories above it that are left empty. */
  remove(path: string): void {
    unlinkSync(this.#root + path);
    this.#forget(path);
    let directory = dirname(path);
    while (directory !== this.config && this.list(directory).size === 0) {
      rmdirSync(this.#root + directory);
      this.#forget(directory);
      directory = dirname(directory);
    }
  }

  /** Puts a symlink to /dev/null in the place of a unit's name. */
  mask(name: string): void {
    const path = `${this.config}/${name}`;
    if (this.target(path) === "/dev/null") return;
    const listed = this.list(this.config);
    if (listed.size === 0) mkdirSync(this.#root + this.config, { recursive: true });
    if (listed.has(name)) rmSync(this.#root + path, { recursive: true });
    symlinkSync("/dev/null", this.#root + path);
    this.#forget(path);
    listed.set(name, "link");
  }

  #forget(path: string): void {
    this.list(dirname(path)).delete(basename(path));
    this.#targets.delete(path);
  }

  /** A directory's path with all symlinks in it followed. */
  #directory(path: string, steps = 0): string {
    if (path === "/" || path === "") return "";
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const parent = this.#directory(dirname(path), steps);
    const name = basename(path);
    let at = name === ".." ? parent.slice(0, Math.max(0, parent.lastIndexOf("/"))) : `${parent}/${name}`;
    const isLink = lstatSync(this.#root + at, { throwIfNoEntry: false })?.isSymbolicLink();
    if (isLink && steps < LONGEST_CHAIN) {
      const text = readlinkSync(this.#root + at);
      at = this.#directory(text.startsWith("/") ? text : `${parent}/${text}`, steps + 1);
    }
    this.#directories.set(path, at);
    return at;
  }
}
