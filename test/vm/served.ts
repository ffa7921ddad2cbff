import type { Lan } from "../../qemu/lan.ts";

/** The sums of all that a client is given of an image: where they are the same, it boots the same. */
export async function served({ namespace }: Lan, image: string): Promise<string> {
  const versions = `/srv/tftp/ltsp/${image}`;
  const id = (await namespace.run(["readlink", `${versions}/current`])).trim();
  const ofVersion = ["version.ipxe", "vmlinuz", "modules.img"].map((name) => `${versions}/${id}/${name}`);
  const ofAll = ["ltsp.ipxe", "runtime.img", "ltsp.img"].map((name) => `/srv/tftp/ltsp/${name}`);
  const roots = [`${image}.img`, `versions/${image}/${id}/root.img`].map(
    (name) => `/srv/ltsp/images/${name}`,
  );
  return namespace.run(["sha256sum", `${versions}/current/version.ipxe`, ...ofVersion, ...ofAll, ...roots]);
}
