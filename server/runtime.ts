import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { cpio } from "../initrd/cpio.ts";
import { libraryNames, type RuntimeParts, runtimeEntries } from "../initrd/runtime.ts";
import { shim } from "../initrd/shim.ts";
import { compressTo } from "./compress.ts";
import { beside, putInPlace, writeFile } from "./files.ts";
import { run } from "./run.ts";

/** Debian's busybox-static; what the shim and the boot use of it must be in it. */
const BUSYBOX = "/bin/busybox";
const needed = ["cttyhack", "ip", "modprobe", "setsid", "sh", "switch_root", "tftp", "udhcpc", "xargs"];

/** The loader's path as every x86-64 program names it (System V ABI, AMD64 supplement). */
const LOADER = "/lib64/ld-linux-x86-64.so.2";

function noBusybox(why: string): Failure {
  return new Failure("missing", BUSYBOX, why, "Install the one that has it all: apt install busybox-static");
}

async function findParts(binary: string): Promise<RuntimeParts> {
  if (!existsSync(BUSYBOX)) throw noBusybox("clients need it, and it is not installed");
  const applets = (await run(BUSYBOX, ["--list"])).split("\n");
  const lacking = needed.filter((name) => !applets.includes(name));
  if (lacking.length > 0) throw noBusybox(`it lacks what clients need: ${lacking.join(", ")}`);
  // The loader's cache: "libm.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libm.so.6"
  const cache = await run("ldconfig", ["-p"]);
  const libraries = libraryNames.map((name) => {
    const line = cache.split("\n").find((each) => each.trim().startsWith(`${name} (libc6,x86-64`));
    const path = line?.split(" => ")[1];
    if (path === undefined)
      throw new Failure(
        "missing",
        name,
        "this library is not installed",
        "apt install libc6 libstdc++6 libgcc-s1",
      );
    return path;
  });
  return { binary, busybox: BUSYBOX, applets, loader: LOADER, libraries };
}

/** A file that went into runtime.img, as it was then: path, size in bytes, time of change in milliseconds. */
type Seen = [path: string, size: number, mtimeMs: number];

function seen(path: string): Seen {
  const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
  return [path, size, mtimeMs];
}

/** What runtime.img was made of, kept beside it, so that the next run can tell without reading 100 MB. */
interface Stamp {
  shim: string;
  binary: string;
  files: Seen[];
}

function isCurrent(binary: string, target: string, stampFile: string): boolean {
  if (!existsSync(target) || !existsSync(stampFile)) return false;
  try {
    const stamp: Stamp = JSON.parse(readFileSync(stampFile, "utf8"));
    const same = stamp.files.every((file) => JSON.stringify(seen(file[0])) === JSON.stringify(file));
    return stamp.shim === shim && stamp.binary === binary && same;
  } catch {
    // Not readable as a stamp: as good as none.
    return false;
  }
}

/**
 * Makes runtime.img at `target` for the compiled `binary`, unless what is there was made of the same. It takes
 * half a minute.
 */
export async function updateRuntime(binary: string, target: string): Promise<"written" | "unchanged"> {
  const stampFile = join(dirname(target), ".runtime.json");
  if (isCurrent(binary, target, stampFile)) return "unchanged";
  const parts = await findParts(binary);
  const files = [binary, parts.busybox, parts.loader, ...parts.libraries, target];
  try {
    await compressTo(cpio(runtimeEntries(parts)), beside(target));
    putInPlace(target);
  } finally {
    rmSync(beside(target), { force: true });
  }
  const stamp: Stamp = { shim, binary, files: files.map(seen) };
  writeFile(stampFile, `${JSON.stringify(stamp)}\n`, 0o644);
  return "written";
}
