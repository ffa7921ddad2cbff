import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ltspImg } from "../initrd/ltsp-img.ts";
import { readConf } from "./conf.ts";
import { makeDirectory, writeFile } from "./files.ts";
import { defaults, type Options, type Report } from "./options.ts";
import { updateRuntime } from "./runtime.ts";
import { size } from "./space.ts";

/**
 * Files of /etc/ltsp that no client has a use for, and what editors and dpkg leave behind. Copies of ltsp.conf, such
 * as ltsp.conf.old and `ltsp conf edit`'s own, hold the [server] sections that no client is to see.
 */
const serverOnly = [
  /^\.?ltsp\.conf/,
  /\.excludes$/,
  /^server$/,
  /~$/,
  /^\..*\.sw.$/,
  /^#.*#$/,
  /\.dpkg-\w+$/,
];

/** Clients fetch it on every boot over TFTP, where a packet a round trip is all one gets. In bytes. */
const maximum = 64 * 1024;

/**
 * `ltsp initrd`: ltsp.img from ltsp.conf and the server's accounts, and runtime.img where it would differ. A
 * wrong ltsp.conf is refused, and the clients go on with the ltsp.img they have.
 */
export async function initrd(binary: string, options: Options): Promise<Report> {
  const directory = join(options.tftp, "ltsp");
  const [target, runtime] = [join(directory, "ltsp.img"), join(directory, "runtime.img")];
  const conf = readConf(options.conf, target);
  const content = ltspImg({
    conf,
    // Only the default directory is known to be ltsp's own: beside a --conf FILE could be anything, secrets too.
    files: options.conf === defaults.conf ? configurationFiles("/etc/ltsp") : [],
    passwd: readFileSync("/etc/passwd", "utf8"),
    group: readFileSync("/etc/group", "utf8"),
    hostKeys: publicHostKeys("/etc/ssh"),
    epoptesCertificate: optionalText("/etc/epoptes/server.crt"),
    hostname: hostname(),
  });
  makeDirectory(directory);
  // TFTP servers hand out only what everybody may read; on the client it is root's alone.
  writeFile(target, content, 0o644);
  const outcome = await updateRuntime(binary, runtime);
  const tooLarge = `every client fetches ${target} at each boot; more than ${size(maximum)} is too much: move large files out of /etc/ltsp`;
  const warnings = [...conf.warnings, ...(content.length > maximum ? [tooLarge] : [])];
  return {
    lines: [
      ...warnings.map((warning) => `warning: ${warning}`),
      `${target}: ${size(content.length)}`,
      `${runtime}: ${size(statSync(runtime).size)}, ${outcome}`,
    ],
    data: {
      ltspImg: target,
      size: content.length,
      runtime,
      runtimeSize: statSync(runtime).size,
      outcome,
      warnings,
    },
  };
}

/** The files below a directory with their contents, without those that only the server needs. */
export function configurationFiles(
  directory: string,
  below = "",
): { path: string; data: Buffer; mode: number }[] {
  if (!existsSync(join(directory, below))) return [];
  return readdirSync(join(directory, below))
    .filter((name) => !serverOnly.some((pattern) => pattern.test(name)))
    .flatMap((name) => {
      const path = join(below, name);
      const stat = statSync(join(directory, path), { throwIfNoEntry: false });
      if (stat?.isDirectory()) return configurationFiles(directory, path);
      return stat?.isFile()
        ? [{ path, data: readFileSync(join(directory, path)), mode: stat.mode & 0o777 }]
        : [];
    });
}

function optionalText(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function publicHostKeys(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => /^ssh_host_.*_key\.pub$/.test(name))
    .sort()
    .map((name) => readFileSync(join(directory, name), "utf8"));
}
