import type { Lan } from "../../qemu/lan.ts";
import { loginPrompt } from "../../qemu/milestones.ts";
import type { Room } from "./room.ts";

/** Boots a client of an image up to its prompt, unless one has booted with the very same: `booted` holds the sums of those. */
export async function bootIfNew(
  room: Room,
  { image, mac }: { image: string; mac: string },
  booted: Set<string>,
): Promise<void> {
  const state = await served(room.lan, image);
  if (booted.has(state)) return;
  booted.add(state);
  const client = await room.powerOn({ mac });
  await client.waitFor(loginPrompt, 240);
  await room.allOff();
}

/** The sums of all that a client is given of an image: where they are the same, it boots the same. */
async function served({ namespace }: Lan, image: string): Promise<string> {
  const versions = `/srv/tftp/ltsp/${image}`;
  const id = (await namespace.run(["readlink", `${versions}/current`])).trim();
  const ofVersion = ["version.ipxe", "vmlinuz", "modules.img"].map((name) => `${versions}/${id}/${name}`);
  const ofAll = ["ltsp.ipxe", "runtime.img", "ltsp.img"].map((name) => `/srv/tftp/ltsp/${name}`);
  const roots = [`${image}.img`, `versions/${image}/${id}/root.img`].map(
    (name) => `/srv/ltsp/images/${name}`,
  );
  return namespace.run(["sha256sum", `${versions}/current/version.ipxe`, ...ofVersion, ...ofAll, ...roots]);
}
