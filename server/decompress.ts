import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Failure } from "../conf/failure.ts";
import { run } from "./run.ts";

/** The programs that take many files at once: a process for each of 600 modules would take longer than the work. */
const unpackers: Record<string, { program: string; args: string[] }> = {
  ".xz": { program: "xz", args: ["--decompress", "--quiet"] },
  ".zst": { program: "zstd", args: ["--decompress", "--quiet", "--rm"] },
};

/** The endings under which a distribution may store a module or firmware file; "" is the plain file. */
export const compressions = ["", ".zst", ".xz", ".gz"];

/** The contents of files, in the order given, decompressed by what their names end in. `scratch` is an existing directory. */
export async function readDecompressed(paths: string[], scratch: string): Promise<Buffer[]> {
  const unpacked = new Map<string, Buffer>();
  for (const [ending, { program, args }] of Object.entries(unpackers)) {
    const compressed = paths.filter((path) => path.endsWith(ending));
    if (compressed.length === 0) continue;
    const directory = join(scratch, `unpack${ending}`);
    mkdirSync(directory);
    const copies = compressed.map((_, index) => join(directory, String(index)));
    compressed.forEach((path, index) => {
      writeFileSync(`${copies[index]}${ending}`, readFileSync(path));
    });
    await run(program, [...args, ...copies.map((copy) => `${copy}${ending}`)], { writes: directory });
    compressed.forEach((path, index) => {
      unpacked.set(path, readFileSync(String(copies[index])));
    });
    rmSync(directory, { recursive: true });
  }
  return paths.map((path) => unpacked.get(path) ?? readPlain(path));
}

function readPlain(path: string): Buffer {
  const content = readFileSync(path);
  if (!path.endsWith(".gz")) return content;
  try {
    return gunzipSync(content);
  } catch (error) {
    throw new Failure(
      "invalid",
      path,
      "it is damaged: not a gzip file to its end",
      "Reinstall the package it is from.",
      { cause: error },
    );
  }
}
