import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../conf/failure.ts";
import { deviceNumber, type OpenFile } from "./open-file.ts";

export interface ProcessFiles {
  files: OpenFile[];
  /** There are processes whose files this one may not see (PTRACE_MODE_READ_FSCREDS, proc_pid_fd(5)). */
  hidden: boolean;
}

/** What of these inodes the processes of this machine have open or mapped, those in containers among them. */
export function processFiles(proc: string, inodes: ReadonlySet<bigint>): ProcessFiles {
  const all: ProcessFiles = { files: [], hidden: false };
  const hide = () => {
    all.hidden = true;
  };
  for (const pid of readdirSync(proc).filter((name) => /^\d+$/.test(name))) {
    const directory = join(proc, pid);
    try {
      const seen = [...openFiles(directory, hide), ...mappedFiles(directory)];
      const wanted = seen.filter(({ inode }) => inodes.has(inode));
      if (wanted.length === 0) continue;
      const user = `${readFileSync(join(directory, "comm"), "utf8").trim()} (PID ${pid})`;
      all.files.push(...wanted.map((file) => ({ ...file, user })));
    } catch (error) {
      const code = errnoOf(error);
      if (code === "EACCES" || code === "EPERM") hide();
      else if (!isGone(error)) throw error;
    }
  }
  return all;
}

type Seen = Omit<OpenFile, "user">;

/** `hide` is called for a file that cannot be looked at, as one of a server that does not answer (ESTALE, EIO). */
function openFiles(directory: string, hide: () => void): Seen[] {
  return readdirSync(join(directory, "fd")).flatMap((descriptor) => {
    const link = join(directory, "fd", descriptor);
    try {
      // Most are sockets and pipes ("socket:[123]"), and a look at the link is cheaper than at what it leads to.
      if (!readlinkSync(link).startsWith("/")) return [];
      const { dev, ino } = statSync(link, { bigint: true });
      return [{ device: dev, inode: ino }];
    } catch (error) {
      if (!isGone(error)) hide();
      return [];
    }
  });
}

/** A line of proc_pid_maps(5): "7f02c9600000-7f02c9628000 r--p 00000000 fe:00 2146598    /path". */
const mapping = /^\S+ \S+ \S+ ([0-9a-f]+:[0-9a-f]+) ([1-9]\d*) +(.*)$/gm;

/** A file that is mapped stays in use when it is closed. */
function mappedFiles(directory: string): Seen[] {
  const maps = readFileSync(join(directory, "maps"), "utf8");
  return [...maps.matchAll(mapping)].map(([, device = "", inode = "", path]) => ({
    device: deviceNumber(device, 16),
    inode: BigInt(inode),
    path,
  }));
}

/** A process may end, or close a file, while it is being looked at. */
function isGone(error: unknown): boolean {
  return ["ENOENT", "ESRCH"].includes(errnoOf(error) ?? "");
}
