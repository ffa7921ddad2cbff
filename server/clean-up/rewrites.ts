import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file that goes into the image with another content than in the root, and the root's owner and mode of it. */
export interface Rewritten {
  /** In the root, without a leading slash. */
  path: string;
  text: string;
}

/** The files of a root as its image is to have them; the root itself is only read. */
export class Rewrites {
  readonly #root: string;
  readonly #texts = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The text of a file as it is to be so far; undefined if there is none, or something else than a file. */
  read(path: string): string | undefined {
    return this.#texts.get(path) ?? this.#original(path);
  }

  /** Changes a file that is there; what is not there stays away. */
  change(path: string, to: (text: string) => string): void {
    const before = this.read(path);
    if (before === undefined) return;
    const after = to(before);
    if (after !== before) this.#texts.set(path, after);
  }

  /** Gives a file this content, whether it is there or not. */
  put(path: string, text: string): void {
    this.#texts.set(path, text);
  }

  all(): Rewritten[] {
    return [...this.#texts].map(([path, text]) => ({ path, text }));
  }

  #original(path: string): string | undefined {
    const file = join(this.#root, path);
    // latin1 keeps every byte: names in /etc/passwd need not be UTF-8.
    return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, "latin1") : undefined;
  }
}
