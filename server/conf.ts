import { readFileSync } from "node:fs";
import { errnoOf, Failure } from "../conf/failure.ts";
import { parseConf } from "../conf/parse.ts";
import type { Conf } from "../conf/syntax.ts";

/** The ltsp.conf. None at all is a conf without settings, unless the admin has named it. */
export function readConf(path: string, isRequired = path !== "/etc/ltsp/ltsp.conf"): Conf {
  return parseConf(read(path, isRequired), path);
}

function read(path: string, isRequired: boolean): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" && !isRequired) return "";
    const why = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`;
    throw new Failure("missing", path, why, "Say which file it is: --conf FILE", { cause: error });
  }
}
