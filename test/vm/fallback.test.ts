import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Lan } from "../../qemu/lan.ts";
import type { ClientSpec } from "../../qemu/machine.ts";
import { binary } from "../../qemu/paths.ts";
import type { Suite } from "../../qemu/roots.ts";
import { boots, openRoom, type Room } from "./room.ts";
import { layVersions, type Version } from "./versions.ts";

const kernels: Record<Suite, RegExp> = { bookworm: /^6\.1\./, trixie: /^6\.12\./ };

interface Row {
  name: string;
  spec: ClientSpec;
  image: string;
  conf?: string;
  current: Suite;
  previous: Suite;
  /** What is wrong with the current version, and why the client says that it does not boot. */
  spoil: (current: Version) => void;
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
    why: "gone.img: there is no such file",
  },
  {
    name: "cut short, all boot files over TFTP",
    spec: { mac: "52:54:00:67:00:c2" },
    image: "cut",
    current: "bookworm",
    previous: "trixie",
    // The squashfs itself is whole.
    spoil: ({ root }) => truncateSync(root, statSync(root).size - 500_000),
    why: "versions/cut/v2/root.img: the image is cut short",
    tftpOnly: true,
  },
  {
    name: "without an init that starts, UEFI, HTTP into RAM",
    spec: { mac: "52:54:00:67:00:c3", firmware: "uefi" },
    image: "noinit",
    conf: boots("http://192.168.67.1/images/noinit.img"),
    current: "trixie",
    previous: "bookworm",
    spoil: ({ root }) => emptyImage(root),
    why: "handoff: the image: its /sbin/init cannot be started",
  },
  {
    name: "without its kernel, which iPXE notices",
    spec: { mac: "52:54:00:67:00:c4" },
    image: "nokernel",
    current: "bookworm",
    previous: "trixie",
    spoil: ({ vmlinuz }) => rmSync(vmlinuz),
    why: "nokernel/v2/vmlinuz cannot be fetched",
  },
];

/** A squashfs with nothing in it, as long as the image was. */
function emptyImage(root: string): void {
  const { size } = statSync(root);
  const nothing = mkdtempSync(join(tmpdir(), "ltsp-nothing-"));
  rmSync(root);
  const { status, stderr } = spawnSync("mksquashfs", [nothing, root, "-quiet", "-no-progress"], {
    encoding: "utf8",
  });
  rmSync(nothing, { recursive: true });
  expect(status, stderr).toBe(0);
  truncateSync(root, size);
}

/** Neither version boots; and one whose kernel may not start another. */
const hopeless = { both: "52:54:00:67:00:c5", locked: "52:54:00:67:00:c6" };
const noKexec = "sysctl.kernel.kexec_load_disabled=1";

const conf = [
  ...rows.map(({ spec, image, conf = "" }) => `[${spec.mac}]\nDEFAULT_IMAGE=${image}\n${conf}\n`),
  `[${hopeless.both}]\nDEFAULT_IMAGE=both\n`,
  `[${hopeless.locked}]\nDEFAULT_IMAGE=gone\nKERNEL_PARAMETERS="console=ttyS0 ${noKexec}"\n`,
].join("\n");

async function spoil(lan: Lan): Promise<void> {
  const laid = rows.map((row) => ({ row, ...layVersions(lan, row.image, row) }));
  const both = layVersions(lan, "both", { current: "trixie", previous: "bookworm" });
  await lan.namespace.run([binary, "--conf", join(lan.dir, "ltsp.conf"), "ipxe"]);
  for (const { row, current } of laid) row.spoil(current);
  for (const { root } of [both.current, both.previous]) truncateSync(root, 1_000_000);
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
    if (row.tftpOnly) await room.servers.http.stop();
    const client = await room.powerOn(row.spec);
    await client.login(300);
    if (row.tftpOnly) await room.servers.http.start();
    expect(await client.ask("uname -r")).toMatch(kernels[row.previous]);
    expect(await client.ask(". /etc/os-release; echo $VERSION_CODENAME")).toBe(row.previous);
    expect(await client.ask("systemctl is-system-running --wait", 120)).toBe("running");

    const log = await client.ask("cat /run/ltsp/boot.log");
    expect(log).toMatch(new RegExp(`^root: .*/versions/${row.image}/v1/root\\.img \\(`, "m"));
    const warning = log.split("\n").find((line) => line.startsWith("fallback: ")) ?? "";
    expect(warning).toContain(`${row.image}'s version v2 does not boot: `);
    expect(warning).toContain(row.why);
    expect(warning).toContain("This client runs the version v1 before it.");
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
  const gaveWay =
    /ltsp: fallback: .*\/both\/v2\/root\.img: the image is cut short.* Fetching the version before it, v1/g;
  expect(console.match(gaveWay)).toHaveLength(1);
  expect(console).toMatch(/ltsp: root: .*\/both\/v1\/root\.img: the image is cut short/);
}, 400_000);

it("a kernel that may not start another says so, and the failure stands", async () => {
  const client = await room.powerOn({ mac: hopeless.locked });
  await client.waitFor(/This PC starts again in/, 300);
  expect(client.console.text()).toMatch(
    /ltsp: fallback: the version before it cannot be booted: kexec: [^\n]*EPERM[^\n]*\n[^\n]*ltsp: root: .*gone\.img: there is no such file/,
  );
}, 400_000);
