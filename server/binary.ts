import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "../conf/failure.ts";

/** The compiled ltsp that goes into images and onto clients: this very program, or dist/ltsp where the sources run. */
export function compiledBinary(): string {
  // Inside a compiled binary, Bun shows the program's own files below this made-up directory.
  if (process.argv[1]?.startsWith("/$bunfs/")) return process.execPath;
  const built = fileURLToPath(new URL("../dist/ltsp", import.meta.url));
  if (existsSync(built)) return built;
  throw new Failure(
    "missing",
    built,
    "ltsp is not compiled yet, and clients run the compiled one",
    "Compile it: npm run build",
  );
}
