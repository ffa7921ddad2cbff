import { existsSync } from "node:fs";
import type { Client } from "./facts.ts";

const directories = ["usr/sbin", "usr/bin", "sbin", "bin"];

/** Does the image have a program of this name? */
export function hasProgram({ root }: Client, name: string): boolean {
  return directories.some((directory) => existsSync(`${root}/${directory}/${name}`));
}
