import { mkdirSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { loadModules } from "./modules.ts";
import { addressOf, reach } from "./reach.ts";
import { MS_NOATIME, MS_RDONLY, mount, SystemCallError } from "./syscalls.ts";

/** IANA's port for NFS. */
const PORT = 2049;

/** How to ask for each version (nfs(5)), the best first; the kernel mounts without helper programs. */
const versions = [
  { module: "nfsv4", type: "nfs4", data: (ip: string) => `vers=4.2,addr=${ip},clientaddr=0.0.0.0` },
  {
    module: "nfsv3",
    type: "nfs",
    data: (ip: string) => `vers=3,addr=${ip},mountaddr=${ip},nolock,proto=tcp,mountproto=tcp`,
  },
];

/** What a failed mount means, and what to do about it. */
function failure(name: string, server: string, path: string, error: SystemCallError): Failure {
  const say = (kind: ConstructorParameters<typeof Failure>[0], why: string, remedy: string) =>
    new Failure(kind, name, why, remedy, { cause: error });
  switch (error.code) {
    case "ENOENT":
      return say(
        "missing",
        `the server has no directory ${path}, or does not export it`,
        "On the server: ltsp info lists its images and exports; ltsp nfs exports them.",
      );
    case "EACCES":
    case "EPERM":
      return say(
        "missing",
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
      return say("system", `mounting it gives ${error.code}`, `Look at the NFS server's log on ${server}.`);
  }
}

/** Mounts a directory of an NFS server, read-only, with NFS 4.2 or else 3. `name` is what messages call it. */
export async function mountNfs(
  server: string,
  path: string,
  target: string,
  name: string,
  options: readonly string[] = [],
): Promise<void> {
  const address = await addressOf(server);
  await reach(address, PORT, name, "the NFS server");
  mkdirSync(target, { recursive: true });
  let first: SystemCallError | undefined;
  for (const { module, type, data } of versions) {
    await loadModules(module);
    try {
      const all = [data(address), ...options].join(",");
      mount(`${address}:${path}`, target, type, MS_RDONLY | MS_NOATIME, all);
      return;
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      // The newer version's answer is the clearer one.
      first ??= error;
    }
  }
  if (first !== undefined) throw failure(name, address, path, first);
}
