import { mkdtempSync, rmdirSync } from "node:fs";
import type { Client } from "../client/facts.ts";
import { errnoOf } from "../conf/failure.ts";
import { mountNfs } from "./nfs.ts";
import { type Layer, nameOf } from "./source.ts";
import { detach } from "./syscalls.ts";

/**
 * ADMINISTRATIVE_CLIENT: mounts the root over NFS itself, writable, as the client's. False, and a warning, where that
 * cannot be: the boot is then an ordinary one.
 */
export async function mountShared(client: Client, layers: readonly Layer[]): Promise<boolean> {
  const { settings, warn } = client;
  const refuse = (why: string, remedy: string) => {
    warn(settings.failure("ADMINISTRATIVE_CLIENT", `${why}, so what is written here is gone later`, remedy));
    return false;
  };
  const [layer] = layers;
  if (layers.length !== 1 || layer?.place.scheme !== "nfs" || !layer.place.path.endsWith("/"))
    return refuse(
      `${layers.map(nameOf).join(", ")} is no directory over NFS`,
      'In its section, write KERNEL_PARAMETERS="ltsp.image=nfs://SERVER/DIRECTORY/" with a slash at the end.',
    );
  const { server, path } = layer.place;
  const directory = `${path}${layer.subdir ?? ""}`.replace(/(?<=.)\/+$/, "");
  await mountNfs(server, directory, client.root, nameOf(layer), { options: layer.options, writable: true });
  const error = writeError(client.root);
  if (error === undefined) return true;
  detach(client.root);
  return refuse(
    `${nameOf(layer)} cannot be written to (${error})`,
    `On the server, give its line in /etc/exports rw and no_root_squash, as in ${directory} ${client.lease.address}(rw,no_root_squash,no_subtree_check); then exportfs -ra`,
  );
}

/** Why root cannot write to a directory: "EROFS" of an export that is read-only, "EACCES" where root is nobody. */
function writeError(directory: string): string | undefined {
  try {
    rmdirSync(mkdtempSync(`${directory}/.ltsp-`));
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? String(error);
  }
}
