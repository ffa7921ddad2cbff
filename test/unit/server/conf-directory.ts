import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory with an ltsp.conf of its own. */
export interface ConfDirectory {
  path: string;
  conf: string;
  /** Writes the ltsp.conf, and gives its path. */
  write(text: string): string;
  read(): string;
  /** A program for the tests, as a path. */
  program(name: string, script: string): string;
  files(): string[];
  remove(): void;
}

export function confDirectory(): ConfDirectory {
  const path = mkdtempSync(join(tmpdir(), "conf-"));
  const [etc, bin] = [join(path, "etc"), join(path, "bin")];
  const conf = join(etc, "ltsp.conf");
  for (const directory of [etc, bin]) mkdirSync(directory);
  return {
    path,
    conf,
    write(text) {
      writeFileSync(conf, text, { mode: 0o660 });
      return conf;
    },
    read: () => readFileSync(conf, "utf8"),
    program(name, script) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return join(bin, name);
    },
    files: () => readdirSync(etc).sort(),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
