import { rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Lan } from "../../qemu/lan.ts";
import type { ClientSpec } from "../../qemu/machine.ts";
import { binary } from "../../qemu/paths.ts";
import type { Suite } from "../../qemu/roots.ts";
import { type AddedVersion, addVersion, changeByte, empty } from "./add-version.ts";
import { boots, openRoom, type Room } from "./room.ts";

const kernels: Record<Suite, RegExp> = { bookworm: /^6\.1\./, trixie: /^6\.12\./ };

interface Row {
  name: string;
  spec: ClientSpec;
  image: string;
  conf?: string;
  current: Suite;
  previous: Suite;
  /** What is wrong with the current version, and why the client says that it does not boot. */
  spoil?: (current: AddedVersion) => void;
  /** What it is made with, so that nothing is wrong with its hash tree. */
  made?: (root: string) => void;
  why: string;
  /** Without HTTP, so that all boot files come over TFTP. */
  tftpOnly?: boolean;
}

const rows: Row[] = [
  {
    name: "without its root.img, over NFS",
    spec: { mac: "52:54:00:67:00:c1" },
    image: "gone",
    current: "trixie",
    previous: "bookworm",
    spoil: ({ root }) => rmSync(root),
    why: "images/gone.img: there is no such file",
  },
  {
    name: "cut short, all boot files over TFTP",
    spec: { mac: "52:54:00:67:00:c2" },
    image: "cut",
    current: "bookworm",
    previous: "trixie",
    // The squashfs itself is whole.
    spoil: ({ root }) => truncateSync(root, statSync(root).size - 500_000),
    why: "root.img: the image is cut short",
    tftpOnly: true,
  },
  {
    name: "with a changed byte",
    spec: { mac: "52:54:00:67:00:c7" },
    image: "changed",
    current: "trixie",
    previous: "bookworm",
    spoil: (current) => changeByte(current, "superblock"),
    why: "root.img: the image is damaged: block 0 is not what version",
  },
  {
    name: "without an init that starts, UEFI, HTTP into RAM",
    spec: { mac: "52:54:00:67:00:c3", firmware: "uefi" },
    image: "noinit",
    conf: boots("http://192.168.67.1/images/noinit.img"),
    current: "trixie",
    previous: "bookworm",
    made: empty,
    why: "handoff: the image: its /sbin/init cannot be started",
  },
  {
    name: "without its root.img, over NBD",
    spec: { mac: "52:54:00:67:00:c8" },
    image: "nbdgone",
    conf: boots("nbd://192.168.67.1/nbdgone"),
    current: "trixie",
    previous: "bookworm",
    spoil: ({ root }) => rmSync(root),
    why: "nbdgone: the NBD server refuses it",
  },
  {
    name: "with a changed byte, over NBD",
    spec: { mac: "52:54:00:67:00:c9" },
    image: "nbdchanged",
    conf: boots("nbd://192.168.67.1/nbdchanged"),
    current: "bookworm",
    previous: "trixie",
    spoil: (current) => changeByte(current, "superblock"),
    why: "nbdchanged: the image is damaged: block 0 is not what version",
  },
  {
    name: "without its kernel, which iPXE notices",
    spec: { mac: "52:54:00:67:00:c4" },
    image: "nokernel",
    current: "bookworm",
    previous: "trixie",
    spoil: ({ vmlinuz }) => rmSync(vmlinuz),
    why: "vmlinuz cannot be fetched",
  },
];

/** Neither version boots; and one whose kernel may not start another. */
const hopeless = { both: "52:54:00:67:00:c5", locked: "52:54:00:67:00:c6" };
const noKexec = "sysctl.kernel.kexec_load_disabled=1";

const conf = [
  ...rows.map(({ spec, image, conf = "" }) => `[${spec.mac}]\nDEFAULT_IMAGE=${image}\n${conf}\n`),
  `[${hopeless.both}]\nDEFAULT_IMAGE=both\n`,
  `[${hopeless.locked}]\nDEFAULT_IMAGE=gone\nKERNEL_PARAMETERS="console=ttyS0 ${noKexec}"\n`,
].join("\n");

interface Laid {
  previous: AddedVersion;
  current: AddedVersion;
}
const laid = new Map<string, Laid>();

async function lay(
  lan: Lan,
  image: string,
  { previous, current, made }: Pick<Row, "previous" | "current" | "made">,
): Promise<Laid> {
  const versions = {
    previous: await addVersion(lan, image, previous),
    current: await addVersion(lan, image, current, made),
  };
  laid.set(image, versions);
  return versions;
}

async function spoil(lan: Lan): Promise<void> {
  for (const row of rows) {
    const { current } = await lay(lan, row.image, row);
    row.spoil?.(current);
  }
  const both = await lay(lan, "both", { previous: "bookworm", current: "trixie" });
  for (const { root } of [both.current, both.previous]) truncateSync(root, 1_000_000);
  await lan.namespace.run([binary, "--conf", join(lan.dir, "ltsp.conf"), "ipxe"]);
}

let room: Room;
beforeAll(async () => {
  room = await openRoom(conf, { spoil });
});
afterEach(() => room?.allOff());
afterAll(() => room?.close());

it.each(rows)(
  "a version $name: the one before it boots, with its own kernel, and says why",
  async (row) => {
    const { current, previous } = laid.get(row.image) as Laid;
    if (row.tftpOnly) await room.servers.http.stop();
    const client = await room.powerOn(row.spec);
    await client.login(300);
    if (row.tftpOnly) await room.servers.http.start();
    expect(await client.ask("uname -r")).toMatch(kernels[row.previous]);
    expect(await client.ask(". /etc/os-release; echo $VERSION_CODENAME")).toBe(row.previous);
    expect(await client.ask("systemctl is-system-running --wait", 120)).toBe("running");

    const log = await client.ask("cat /run/ltsp/boot.log");
    const root = row.conf?.includes("nbd://") ? `nbd://.*/${row.image}` : `.*${row.image}\\.img`;
    expect(log).toMatch(new RegExp(`^root: ${root}, version ${previous.id}, checked`, "m"));
    const warning = log.split("\n").find((line) => line.startsWith("fallback: ")) ?? "";
    expect(warning).toContain(`${row.image}'s version ${current.id} does not boot: `);
    expect(warning).toContain(row.why);
    expect(warning).toContain(`This client runs the version ${previous.id} before it.`);
    expect(warning).toContain(`ltsp image --check ${row.image}; or ltsp image --revert ${row.image}`);
    const console = client.console.text();
    expect(console.slice(console.indexOf("ltsp: handoff: one warning of this boot"))).toContain(row.why);
  },
  400_000,
);

it("when the version before it does not boot either, the boot fails, once and for all", async () => {
  const client = await room.powerOn({ mac: hopeless.both });
  await client.waitFor(/This PC starts again in/, 300);
  const console = client.console.text();
  expect(console.match(/ltsp: fallback: .* Fetching the version before it/g)).toHaveLength(1);
  for (const { id } of Object.values(laid.get("both") as Laid))
    expect(console).toMatch(new RegExp(`ltsp: .*/both/${id}/root\\.img: the image is cut short`));
}, 400_000);

it("a kernel that may not start another says so, and the failure stands", async () => {
  const client = await room.powerOn({ mac: hopeless.locked });
  await client.waitFor(/This PC starts again in/, 300);
  expect(client.console.text()).toMatch(
    /ltsp: fallback: the version before it cannot be booted: kexec: [^\n]*EPERM[^\n]*\n[^\n]*ltsp: root: .*gone\.img: there is no such file/,
  );
}, 400_000);
