import { copyFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Lan } from "../../qemu/lan.ts";
import { binary } from "../../qemu/paths.ts";
import { addVersion } from "./add-version.ts";
import { boots, openRoom, type Room } from "./room.ts";

const nfs = "nfs://192.168.67.1/srv/ltsp/images";

interface Row {
  name: string;
  mac: string;
  conf: string;
  /** What the console must say: which phase or file, why, and what to do. */
  says: RegExp;
}

const rows: Row[] = [
  {
    name: "an unknown ltsp.image scheme",
    mac: "52:54:00:67:00:31",
    conf: boots("gopher://192.168.67.1/x.img"),
    says: /ltsp: root: [^[]*gopher[^[]* Write ltsp\.image=nfs:/,
  },
  {
    name: "an image that does not exist",
    mac: "52:54:00:67:00:35",
    conf: boots(`${nfs}/nothere.img`),
    says: /ltsp: root: [^[]*nothere\.img: there is no such file[^[]* On the server/,
  },
  {
    name: "a squashfs cut short",
    mac: "52:54:00:67:00:32",
    conf: boots(`${nfs}/cut.img`),
    says: /ltsp: root: [^[]*cut\.img: the image is cut short[^[]* On the server/,
  },
  {
    name: "a boot set without its modules",
    mac: "52:54:00:67:00:33",
    conf: "DEFAULT_IMAGE=nomodules",
    says: /nomodules\/\S+\/modules\.img cannot be fetched\. On the server, run: ltsp kernel nomodules/,
  },
  {
    name: "a corrupt boot file",
    mac: "52:54:00:67:00:34",
    conf: "DEFAULT_IMAGE=corrupt",
    says: /ltsp: devices: modules\.img: [^[]*damaged[^[]*ltsp kernel/,
  },
];

/** A client whose admin wants to look into it. */
const debugged = {
  mac: "52:54:00:67:00:36",
  conf: `${boots(`${nfs}/nothere.img`)}\nDEBUG_SHELL=1`,
};

let room: Room;
beforeAll(async () => {
  const sections = [...rows, debugged].map(({ mac, conf }) => `[${mac}]\n${conf}\nMENU_TIMEOUT=-1\n`);
  room = await openRoom(sections.join("\n"), { spoil });
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

/** Copies, and versions of their own, since what the run serves are hard links to what all runs share. */
async function spoil(lan: Lan): Promise<void> {
  const images = join(lan.base, "images");
  copyFileSync(join(images, "bookworm.img"), join(images, "cut.img"));
  truncateSync(join(images, "cut.img"), 1_000_000);
  const modulesOf = async (name: string) => {
    const modules = join(dirname((await addVersion(lan, name, "bookworm")).vmlinuz), "modules.img");
    rmSync(modules);
    return modules;
  };
  await modulesOf("nomodules");
  writeFileSync(await modulesOf("corrupt"), Buffer.alloc(1_000_000, "not an initramfs "));
  await lan.namespace.run([binary, "--conf", join(lan.dir, "ltsp.conf"), "ipxe"]);
}

it.each(rows)("$name ends in a message with its remedy, not in a panic", async ({ mac, says }) => {
  const client = await room.powerOn({ mac });
  // iPXE breaks its lines at 80 columns.
  await vi.waitFor(() => expect(client.console.text().replaceAll("\n", "")).toMatch(says), 200_000);
  expect(client.console.text()).not.toMatch(/Kernel panic/);
});

it("DEBUG_SHELL gives root a shell on the console of a client that cannot boot, with what was found out so far", async () => {
  const client = await room.powerOn({ mac: debugged.mac });
  await vi.waitFor(
    () => expect(client.console.text()).toContain("nothere.img: there is no such file"),
    200_000,
  );
  const answer = /^shell of 0: root: .*nothere\.img/m;
  await vi.waitFor(
    () => {
      client.type('echo "shell of $(id -u): $(tail -n 1 /run/ltsp/boot.log)"\n');
      expect(client.console.text()).toMatch(answer);
    },
    { timeout: 60_000, interval: 3_000 },
  );
});
