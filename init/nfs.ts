import { mkdirSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { loadModules } from "./modules.ts";
import { addressOf, reach } from "./reach.ts";
import { MS_NOATIME, MS_RDONLY, mount, SystemCallError } from "./syscalls.ts";

/** IANA's port for NFS. */
const PORT = 2049;

/**
 * How to ask for each version (nfs(5)); the kernel mounts without helper programs. Not 4.2: a Linux 6.12 client then
 * reads with READ_PLUS, which nfs-ganesha 4.3 answers so that every read gives EIO; it has nothing that we need.
 */
const v4 = {
  module: "nfsv4",
  type: "nfs4",
  data: (ip: string) => `vers=4.1,addr=${ip},clientaddr=0.0.0.0`,
};
const v3 = {
  module: "nfsv3",
  type: "nfs",
  data: (ip: string) => `vers=3,addr=${ip},mountaddr=${ip},nolock,proto=tcp,mountproto=tcp`,
};

/** What a failed mount means, and what to do about it. */
function failure(name: string, server: string, path: string, error: SystemCallError): Failure {
  const say = (kind: ConstructorParameters<typeof Failure>[0], why: string, remedy: string) =>
    new Failure(kind, name, why, remedy, { cause: error });
  switch (error.code) {
    case "ENOENT":
      return say(
        "refused",
        `the server has no directory ${path}, or does not export it`,
        "On the server: ltsp info lists its images and exports; ltsp nfs exports them.",
      );
    case "EACCES":
    case "EPERM":
      return say(
        "refused",
        `the server does not let this client have ${path}`,
        "On the server, check /etc/exports and its /etc/exports.d: ltsp nfs writes them; then exportfs -ra",
      );
    case "ECONNREFUSED":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "EIO":
      return say(
        "unreachable",
        `NFS on ${server} does not answer (${error.code})`,
        "Restart the NFS server.",
      );
    default:
      return say("refused", `mounting it gives ${error.code}`, `Look at the NFS server's log on ${server}.`);
  }
}

/** A directory that is a root itself, with mount's options for it. */
interface WholeRoot {
  options: readonly string[];
  writable?: boolean;
}

/**
 * Mounts a directory of an NFS server, read-only, with NFS 4.1 or else 3. One that is a root itself is asked for
 * with 3 first: 4 may name owners by name, which an initramfs cannot look up, and its root would belong to nobody.
 * `name` is what messages call it.
 */
export async function mountNfs(
  server: string,
  path: string,
  target: string,
  name: string,
  root?: WholeRoot,
): Promise<void> {
  const address = await addressOf(server);
  reach(address, PORT, name, "the NFS server");
  mkdirSync(target, { recursive: true });
  const flags = MS_NOATIME | (root?.writable ? 0 : MS_RDONLY);
  let refusal: SystemCallError | undefined;
  for (const version of root === undefined ? [v4, v3] : [v3, v4]) {
    const { module, type, data } = version;
    loadModules(module);
    try {
      const all = [data(address), ...(root?.options ?? [])].join(",");
      mount(`${address}:${path}`, target, type, flags, all);
      return;
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      // Of two answers, the newer version's is the clearer one.
      if (refusal === undefined || version === v4) refusal = error;
    }
  }
  if (refusal !== undefined) throw failure(name, address, path, refusal);
}
