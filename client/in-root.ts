import { linkTarget } from "./files.ts";

/** As many symlinks as the kernel follows in one path: path_resolution(7). */
const mostLinks = 40;

/**
 * Where a path of the new root leads, for us outside it: a symlink in it that begins with / means the new root's /,
 * and .. does not lead out. What is not there yet stays as it is written.
 */
export function inRoot(root: string, path: string): string {
  let pending = path.split("/");
  let found: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const [name = "", ...rest] = pending;
    pending = rest;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      found.pop();
      continue;
    }
    const target = linkTarget(`${root}/${[...found, name].join("/")}`);
    if (target === undefined || links === mostLinks) {
      found.push(name);
      continue;
    }
    links += 1;
    if (target.startsWith("/")) found = [];
    pending = [...target.split("/"), ...pending];
  }
  return `${root}/${found.join("/")}`;
}
