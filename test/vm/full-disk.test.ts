import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Lan } from "../../qemu/lan.ts";
import { loginPrompt } from "../../qemu/milestones.ts";
import { binary } from "../../qemu/paths.ts";
import { rootOf } from "../../qemu/roots.ts";
import { openRoom, type Room } from "./room.ts";
import { bootIfNew } from "./served.ts";

const MIB = 2 ** 20;
const mac = "52:54:00:67:02:05";

let room: Room;
beforeAll(async () => {
  room = await openRoom("", { images: ["bookworm"], spoil: ontoSmallDisk });
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

/** Images and boot files on a file system whose size can be set. */
async function ontoSmallDisk({ namespace }: Lan): Promise<void> {
  await namespace.run(["mkdir", "/srv/small"]);
  await namespace.run(["mount", "-t", "tmpfs", "small", "/srv/small"]);
  for (const [name, directory] of [
    ["ltsp", "/srv/ltsp"],
    ["tftp", "/srv/tftp"],
  ] as const) {
    await namespace.run(["cp", "-a", directory, `/srv/small/${name}`]);
    await namespace.run(["mount", "--bind", `/srv/small/${name}`, directory]);
  }
}

/** Bytes that are taken on it. */
async function taken(): Promise<number> {
  const df = await room.lan.namespace.run(["df", "--block-size=1", "--output=used", "/srv/small"]);
  return Number(df.split("\n")[1]);
}

/** Leaves so many bytes free on it. */
async function leave(free: number): Promise<void> {
  const size = Math.ceil((await taken()) + free);
  await room.lan.namespace.run(["mount", "-o", `remount,size=${size}`, "/srv/small"]);
}

it("a client boots wherever a full disk has stopped ltsp image, and the next run tidies up", {
  timeout: 900_000,
}, async () => {
  const make = [binary, "--conf", join(room.lan.dir, "ltsp.conf"), "image", rootOf("bookworm")];
  const before = await taken();
  await leave(1000 * MIB);
  await room.lan.namespace.run(make);
  const wanted = (await taken()) - before;

  const booted = new Set<string>();
  for (let time = 0; time < 20; time += 1) {
    // The last few MiB are the boot files, and what comes when the image itself is whole.
    const free = time % 2 === 0 ? Math.random() * wanted : wanted - (1 + Math.random() * 30) * MIB;
    await leave(free);
    const used = await taken();
    await expect(room.lan.namespace.run(make)).rejects.toThrow(
      /is full .*what was there before is untouched/,
    );
    expect(await taken(), "as much is free as before").toBeLessThanOrEqual(used);
    await bootIfNew(room, { image: "bookworm", mac }, booted);
  }
  await leave(1000 * MIB);
  await room.lan.namespace.run(make);
  const client = await room.powerOn({ mac });
  await client.waitFor(loginPrompt, 240);
});
