import { readFileSync } from "node:fs";
import type { Client } from "./facts.ts";
import { inRoot } from "./in-root.ts";

/** The text of a file of the root, "" if there is none; symlinks are followed as in that root. */
export function textInRoot({ root }: Client, path: string): string {
  return readInRoot(root, path) ?? "";
}

function readInRoot(root: string, path: string): string | undefined {
  try {
    return readFileSync(inRoot(root, path), "utf8");
  } catch {
    return undefined;
  }
}

/**
 * A parameter that is the text itself, or names a file of the client's root, where /etc/ltsp is the server's. Without
 * a value, or without that file, it is undefined.
 */
export function textOrFile(client: Client, name: string): string | undefined {
  const value = client.settings.get(name) ?? "";
  const file = value.trim();
  if (file === "") return undefined;
  return !file.startsWith("/") || file.includes("\n") ? value : textOfFile(client, name, file);
}

/** The text of a file that a parameter names; undefined, and a warning, if the client has no such file. */
export function textOfFile({ root, settings, warn }: Client, name: string, file: string): string | undefined {
  const text = readInRoot(root, file);
  if (text === undefined) {
    const remedy = "Put it into /etc/ltsp on the server, then run there: ltsp initrd";
    warn(settings.failure(name, `the client has no file ${file}`, remedy));
  }
  return text;
}
