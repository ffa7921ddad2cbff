import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { atExit } from "./cleanup.ts";
import { command } from "./command.ts";
import { withLock } from "./lock.ts";
import { binary, bun, repo } from "./paths.ts";
import { script } from "./script.ts";

/** What the binary is made of. */
const sources = [
  "ltsp.ts",
  "conf",
  "client",
  "init",
  "initrd",
  "server",
  "package-lock.json",
  "qemu/build.ts",
];

/** Compile dist/ltsp, if a source is newer. */
export async function build(): Promise<void> {
  await withLock(`${binary}.lock`, async () => {
    if (newest(sources.map((source) => join(repo, source))) <= modified(binary)) return;
    const fresh = `${binary}.new`;
    mkdirSync(dirname(binary), { recursive: true });
    const forget = atExit(() => rmSync(fresh, { force: true }));
    const remedy = "bun's message names the file and the line.";
    await command(
      [
        bun,
        "build",
        "--compile",
        "--minify",
        "--splitting",
        "--bytecode",
        "--format=esm",
        "ltsp.ts",
        "--outfile",
        fresh,
      ],
      {
        cwd: repo,
        remedy,
      },
    );
    renameSync(fresh, binary);
    forget();
  });
}

/** The time of the newest file below any of these paths, in ms; a file that was removed shows in its folder's time. */
export function newest(paths: readonly string[]): number {
  return Math.max(0, ...paths.map((path) => Math.max(modified(path), newest(children(path)))));
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function children(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(path).map((name) => join(path, name));
}

if (process.argv[1] === import.meta.filename) await script("build", build);
