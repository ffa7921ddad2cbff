import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { openOrNot } from "./lease.ts";
import { nfsOpenFiles } from "./nfs-server.ts";
import { deviceNumber, type OpenFile } from "./open-file.ts";
import { processFiles } from "./process-files.ts";
import { run } from "./run.ts";

/**
 * Which of these files are in use, and by whom, in words: "nbd-server (PID 123)". By device and inode, since servers may
 * see them under other paths. A file that somebody has open who cannot be seen, such as a program outside of this
 * container, is in use too. Two kinds of client leave no trace: those of the kernel's server for NFS 3 (see
 * `nfs3Served`), and those that have their boot files and are about to mount the image.
 */
export async function filesInUse(paths: readonly string[], proc = "/proc"): Promise<Map<string, string[]>> {
  const wanted = new WantedFiles(paths);
  const users = new Map<string, string[]>();
  if (wanted.files.length === 0) return users;
  const processes = processFiles(proc, wanted.inodes);
  for (const file of [...processes.files, ...nfsOpenFiles(proc), ...(await loopFiles())])
    for (const path of wanted.pathsOf(file))
      users.set(path, [...new Set([...(users.get(path) ?? []), file.user])]);

  const others = wanted.files.map(({ path }) => path).filter((path) => !users.has(path));
  const answers = others.length === 0 ? [] : await openOrNot(others);
  for (const [index, path] of others.entries()) {
    if (answers[index] === "open") users.set(path, [unseen]);
    if (answers[index] === "unknown" && processes.hidden) users.set(path, [`perhaps ${unseen}`]);
  }
  return users;
}

const unseen = "a program that cannot be seen from here";

/** The files that are asked about. One that is not there is not in use. */
class WantedFiles {
  readonly inodes = new Set<bigint>();
  readonly files: { path: string; device: bigint; inode: bigint }[] = [];

  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const status = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (status === undefined) continue;
      this.inodes.add(status.ino);
      this.files.push({ path, device: status.dev, inode: status.ino });
    }
  }

  pathsOf({ device, inode, path }: OpenFile): string[] {
    if (!this.inodes.has(inode)) return [];
    return this.files
      .filter((file) => file.inode === inode)
      .filter((file) => file.device === device || (path !== undefined && endOf(path) === endOf(file.path)))
      .map((file) => file.path);
  }
}

/** As much of a path as the kernel's NFS server tells: "VERSION/root.img". */
const endOf = (path: string) => join(basename(dirname(path)), basename(path));

interface LoopDevice {
  name: string;
  "back-maj:min": string | null;
  "back-ino": string | null;
}

/** What loop devices are made of. Asked of losetup(8): /sys tells but a path, and that may be one of another mount namespace. */
async function loopFiles(): Promise<OpenFile[]> {
  const said = await run("losetup", ["--list", "--json", "--output", "NAME,BACK-MAJ:MIN,BACK-INO"]);
  if (said.trim() === "") return [];
  // As text, since an inode's number may be longer than JavaScript's are exact.
  const { loopdevices }: { loopdevices: LoopDevice[] } = JSON.parse(
    said.replaceAll(/("back-ino": *)(\d+)/g, '$1"$2"'),
  );
  return loopdevices.flatMap(({ name, "back-maj:min": device, "back-ino": inode }) =>
    device === null || inode === null
      ? []
      : [{ device: deviceNumber(device.trim(), 10), inode: BigInt(inode), user: name }],
  );
}
