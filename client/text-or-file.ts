import { readFileSync } from "node:fs";
import type { Client } from "./facts.ts";
import { inRoot } from "./in-root.ts";

/** The text of a file of the root, "" if there is none; symlinks are followed as in that root. */
export function textInRoot({ root }: Client, path: string): string {
  return readInRoot(root, path) ?? "";
}

function readInRoot(root: string, path: string): string | undefined {
  const file = inRoot(root, path);
  try {
    return file === undefined ? undefined : readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * A parameter that is the text itself, or names a file of the client's root, where /etc/ltsp is the server's. Without
 * a value, or without that file, it is undefined.
 */
export function textOrFile({ root, settings, warn }: Client, name: string): string | undefined {
  const value = settings.get(name) ?? "";
  const file = value.trim();
  if (file === "") return undefined;
  if (!file.startsWith("/") || file.includes("\n")) return value;
  const text = readInRoot(root, file);
  if (text === undefined) {
    const remedy = "Put it into /etc/ltsp on the server, then run there: ltsp initrd";
    warn(settings.failure(name, `the client has no file ${file}`, remedy));
  }
  return text;
}
