import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, Failure } from "../conf/failure.ts";
import { template } from "../conf/template.ts";
import { commandOn } from "./conf.ts";
import { entryAt, install, newOwnership, requireWritable, writePrivate } from "./conf-file.ts";
import { beside, makeDirectory } from "./files.ts";
import type { Report } from "./options.ts";

/** `ltsp conf new`: a first ltsp.conf, with comments that tell what can be in it. Never over another file. */
export function confNew(path: string): Report {
  if (entryAt(path) !== undefined) throw taken(path);
  makeDirectory(dirname(path));
  requireWritable(dirname(path));
  const temporary = beside(path);
  rmSync(temporary, { force: true });
  try {
    writePrivate(temporary, template());
    install(temporary, path, newOwnership(), true);
  } catch (error) {
    throw errnoOf(error) === "EEXIST" ? taken(path) : error;
  } finally {
    rmSync(temporary, { force: true });
  }
  const next = [commandOn(path, "conf edit"), commandOn(path, "initrd")];
  return {
    lines: [`${path}: made, with everything in it commented out`, `Next: ${next.join(", then ")}`],
    data: { file: path, next },
  };
}

function taken(path: string): Failure {
  return new Failure(
    "invalid",
    path,
    "something is there already, and stays as it is",
    `To change it: ${commandOn(path, "conf edit")}`,
  );
}
