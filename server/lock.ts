import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf, Failure } from "../conf/failure.ts";
import { beside, ownerOf } from "./files.ts";

/**
 * Runs `use` while no other ltsp works on the same thing; `path` is the lock file. Fails with "busy" and the
 * pid of the other. A lock whose process is gone (killed, or the power failed) is taken over.
 */
export async function withLock<T>(path: string, what: string, use: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  takeLock(path, what, mine);
  removeDead(path);
  try {
    return await use();
  } finally {
    if (read(path) === mine) rmSync(path, { force: true });
  }
}

function takeLock(path: string, what: string, mine: string): void {
  const temporary = beside(path);
  try {
    // A file that appears with its content: nobody can read a lock that does not yet name its owner.
    writeFileSync(temporary, mine);
    for (;;) {
      try {
        linkSync(temporary, path);
        return;
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") throw error;
      }
      const owner = read(path);
      if (owner === undefined) continue;
      if (isAlive(owner)) throw busy(path, what, owner);
      dropStale(path, owner);
    }
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Takes away what runs left that were killed while they took the lock; those that are at it still need theirs. */
function removeDead(path: string): void {
  for (const name of readdirSync(dirname(path))) {
    const pid = ownerOf(name.replace(/\.stale$/, ""), path);
    if (pid !== undefined && startTime(pid) === undefined) rmSync(join(dirname(path), name), { force: true });
  }
}

/** Takes a dead process's lock away, and gives it back if another run was quicker and it is now a living one's. */
function dropStale(path: string, stale: string): void {
  const aside = `${beside(path)}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    throw error;
  }
  if (read(aside) === stale) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function busy(path: string, what: string, owner: string): Failure {
  const pid = owner.split(" ")[0];
  return new Failure(
    "busy",
    what,
    `another ltsp is working on it (process ${pid}, lock ${path})`,
    `Wait until it is done, or stop it: kill ${pid}`,
  );
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A pid alone is not enough: after a reboot it may be somebody else's. */
function isAlive(owner: string): boolean {
  const [pid, started] = owner.trim().split(" ");
  const now = startTime(Number(pid));
  return now !== undefined && now === started;
}

/**
 * When a process started, in clock ticks since the kernel's start (proc(5), /proc/PID/stat, field 22). None of one that
 * has ended and that nobody has waited for: in a container without an init it stays for ever.
 */
function startTime(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold spaces; field 22 is the 20th after it.
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return state === "Z" ? undefined : rest[18];
}
