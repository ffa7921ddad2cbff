import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { namesIn } from "./files.ts";
import { placeOf } from "./names.ts";
import type { Options, Report } from "./options.ts";

/** More than these at once are rarely meant, and take long. */
const most = 3;

/**
 * The arguments for all that images can be made of: the roots and disks in `<base>`, and `/` if it has an image already.
 */
export function allRoots(all: boolean, options: Options): string[] {
  const isRoot = (name: string) => ["etc", "usr"].every((part) => existsSync(join(options.base, name, part)));
  const files = namesIn(options.base);
  const disks = files.filter((name) => name.endsWith(".img")).map((name) => name.slice(0, -".img".length));
  const roots = files.filter((name) => name !== "images" && isRoot(name));
  const names = [...new Set([...roots, ...disks])].sort();
  const own = placeOf("/", options);
  const found = existsSync(own.image) && !names.includes(own.name) ? [...names, "/"] : names;
  if (found.length === 0)
    throw new Failure(
      "missing",
      options.base,
      "there is no root to make an image of",
      "Give a root's directory, or / for this very system: ltsp image /",
    );
  if (found.length > most && !all)
    throw new Failure(
      "usage",
      "no NAME",
      `that would be ${found.length} images: ${found.join(", ")}`,
      "Name one, or give --all for all of them.",
    );
  return found;
}

/** Does the same with one after the other; what fails for one is told, and does not stop the others. */
export async function several(
  names: readonly string[],
  one: (name: string) => Promise<Report>,
): Promise<Report> {
  const [first = "", ...others] = names;
  if (others.length === 0) return one(first);
  const reports: Report[] = [];
  const errors: string[] = [];
  let status = 0;
  for (const name of names) {
    try {
      const report = await one(name);
      reports.push(report);
      errors.push(...(report.errors ?? []));
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === "interrupted") throw error;
      errors.push(error.message);
      status = 1;
    }
  }
  return {
    lines: reports.flatMap(({ lines }) => lines),
    data: { images: reports.map(({ data }) => data), errors },
    errors,
    status,
  };
}
