import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { image } from "../../../server/image.ts";
import { kernel } from "../../../server/kernel.ts";
import { withLock } from "../../../server/lock.ts";
import { allRoots, several } from "../../../server/several.ts";
import { type SmallServer, smallServer } from "./small-root.ts";
import { unpacked } from "./unpacked.ts";

let server: SmallServer;
beforeEach(() => {
  server = smallServer();
});
afterEach(() => server.remove());

const make = (argument = "pc", params = "") =>
  image({ argument, binary: server.binary, params }, server.options);
const path = (...parts: string[]) => join(server.options.base, "images", ...parts);
const bootFile = (name: string) => join(server.options.tftp, "ltsp/pc", name);
/** The archive in a boot file. */
const archive = (name: string) => unpacked(bootFile(name)).toString("latin1");
const listing = () => execFileSync("unsquashfs", ["-lln", path("pc.img")], { encoding: "utf8" });
const inImage = (file: string) =>
  execFileSync("unsquashfs", ["-cat", path("pc.img"), file], { encoding: "utf8" });

describe("an image", () => {
  test("holds the root, our binary as root's, an empty machine-id, and directories without what is excluded", async () => {
    server.put("home/ann/.secret", "x");
    server.put("tmp/.X11-unix/x", "x");
    server.put("var/log/apt/history.log", "x");
    server.put("etc/ssh/ssh_host_ed25519_key", "x");
    server.put("usr/bin/ltsp", "another ltsp");
    await make();
    const list = listing();
    expect(list).toMatch(/etc\/os-release$/m);
    expect(list).toMatch(/^-rwxr-xr-x 0\/0 .*usr\/bin\/ltsp$/m);
    expect(inImage("usr/bin/ltsp")).toBe("ltsp itself");
    expect(inImage("etc/machine-id")).toBe("");
    for (const kept of ["home", "tmp", "var/log/apt", "etc/ssh"])
      expect(list).toMatch(new RegExp(`${kept}$`, "m"));
    expect(list).not.toMatch(/ann|X11|history|host_ed25519/);
    expect(readFileSync(join(server.root, "usr/bin/ltsp"), "utf8"), "the root itself is as before").toBe(
      "another ltsp",
    );
  });

  test("comes with the newest kernel's boot files, and leaves nothing half made", async () => {
    const report = await make();
    expect(report.data).toMatchObject({
      sizeUnpacked: expect.any(Number),
      size: statSync(path("pc.img")).size,
    });
    expect(readFileSync(bootFile("vmlinuz"), "utf8")).toBe("new kernel");
    const modules = archive("modules.img");
    expect(modules).toContain("lib/modules/6.1.0-50-amd64/kernel/drivers/net/ethernet/e1000.ko\0");
    expect(modules).not.toContain("6.1.0-9-amd64");
    expect(readdirSync(path())).toEqual(["pc.img", "versions"]);
    expect(readdirSync(path("versions/pc", String(report.data.version))).sort()).toEqual([
      "manifest.json",
      "modules-rare.img",
      "modules.img",
      "root.img",
      "vmlinuz",
    ]);
    expect(readdirSync(bootFile("")).sort()).toEqual([
      report.data.version,
      "current",
      "modules-rare.img",
      "modules.img",
      "vmlinuz",
    ]);
    expect(report.lines.join("\n")).toMatch(/ltsp initrd and ltsp ipxe/);
  });

  test("takes its time to be small where that is asked for, and tells what it was before", async () => {
    server.put("usr/share/text", readFileSync("node_modules/typescript/lib/typescript.js").subarray(0, 2e6));
    const sizes: unknown[] = [];
    for (const compression of ["fast", "normal", "small"] as const) {
      const { data } = await image({ argument: "pc", binary: server.binary, compression }, server.options);
      expect(data.sizeBefore).toBe(sizes.at(-1));
      sizes.push(data.size);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => Number(b) - Number(a)));
  });

  test("can be made of any directory, with options for mksquashfs", async () => {
    await make(`${server.root}/`, "-comp gzip -no-xattrs");
    expect(execFileSync("unsquashfs", ["-s", path("pc.img")], { encoding: "utf8" })).toMatch(
      /Compression gzip/,
    );
  });
});

describe("what goes wrong leaves the old image and says what to do", () => {
  const untouched = () => {
    expect(readFileSync(path("pc.img"), "utf8")).toBe("the old image");
    expect(readdirSync(path())).toEqual(["pc.img"]);
    expect(existsSync(bootFile("vmlinuz"))).toBe(false);
  };
  beforeEach(() => {
    mkdirSync(path(), { recursive: true });
    writeFileSync(path("pc.img"), "the old image");
  });

  test.each([
    ["a name that does not exist", "lab", "missing", /roots in .*: pc; images: pc\)\. Make one: mmdebstrap/],
    ["a directory that does not exist", "/no/where", "missing", /\/no\/where: no such root/],
    ["a name that would leave the directory", "..", "invalid", /cannot be an image's name/],
    ["a name that starts with a dot", ".pc", "invalid", /cannot be an image's name/],
  ])("%s", async (_, argument, kind, message) => {
    await expect(make(argument)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
    untouched();
  });

  test.each([
    ["a root without a kernel", ["boot"], /no kernel in \/boot.*chroot .*\/pc apt install linux-image/],
    [
      "a root without its kernel's modules",
      ["usr/lib/modules/6.1.0-50-amd64"],
      /kernel 6.1.0-50-amd64, but not that kernel's modules/,
    ],
    [
      "modules without modules.dep",
      ["usr/lib/modules/6.1.0-50-amd64/modules.dep"],
      /no modules\.dep.*depmod 6\.1\.0-50-amd64/,
    ],
    [
      "a module that is not there",
      ["usr/lib/modules/6.1.0-50-amd64/kernel"],
      /e1000\.ko: modules\.dep names this module/,
    ],
    [
      "a kernel without NFS, as Ubuntu's without its extra modules",
      ["usr/lib/modules/6.1.0-50-amd64/modules.builtin"],
      /6\.1\.0-50-amd64 has no module nfs, squashfs, overlay, loop.*linux-modules-extra-6\.1\.0-50-amd64/,
    ],
    ["a directory that is no root", ["usr"], /not the root of an operating system/],
  ])("%s", async (_, gone, message) => {
    for (const each of gone) rmSync(join(server.root, each), { recursive: true });
    await expect(make()).rejects.toThrow(message);
    untouched();
  });

  test("a wrong option for mksquashfs", async () => {
    await expect(make("pc", "--nonsense")).rejects.toThrow(/mksquashfs: exit status 1/);
    untouched();
  });

  test("another ltsp image at the same time", async () => {
    await withLock(path(".pc.lock"), "image pc", async () => {
      await expect(make()).rejects.toMatchObject({
        kind: "busy",
        message: expect.stringContaining(`kill ${process.pid}`),
      });
    });
    untouched();
  });

  test("a disk that is full", async () => {
    server.put("usr/share/large", randomBytes(3_000_000));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "small", path()]);
    try {
      writeFileSync(path("pc.img"), "the old image");
      await expect(make()).rejects.toMatchObject({
        kind: "no-space",
        message: expect.stringMatching(/the file system of .*images.* is full .*1\.0 MB free.*--base-dir/s),
      });
      untouched();
    } finally {
      execFileSync("umount", [path()]);
    }
  });

  test("what a killed run left is cleared away by the next", async () => {
    writeFileSync(path(".pc.img.4711.tmp"), "half an image");
    mkdirSync(path(".pc.version.4711.tmp"));
    // Above all pids, and the shell's that runs: that one may be about to take the lock.
    writeFileSync(path("..pc.lock.9999999.tmp"), "");
    writeFileSync(path(`..pc.lock.${process.ppid}.tmp`), "");
    mkdirSync(bootFile(""), { recursive: true });
    writeFileSync(bootFile(".vmlinuz.4711.tmp"), "");
    await make();
    expect(readdirSync(path())).toEqual([`..pc.lock.${process.ppid}.tmp`, "pc.img", "versions"]);
    expect(readdirSync(bootFile("")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

test("another kernel than the newest can be named; one that is not there is refused with those that are", async () => {
  const report = await image(
    { argument: "pc", binary: server.binary, kernel: "6.1.0-9-amd64" },
    server.options,
  );
  expect(report.data.kernel).toBe("6.1.0-9-amd64");
  expect(readFileSync(bootFile("vmlinuz"), "utf8")).toBe("old kernel");
  await kernel("pc", server.options, "6.1.0-50-amd64");
  expect(readFileSync(bootFile("vmlinuz"), "utf8")).toBe("new kernel");
  await expect(kernel("pc", server.options, "6.2")).rejects.toThrow(
    /no kernel 6\.2\. Give one that it has: 6\.1\.0-50-amd64, 6\.1\.0-9-amd64/,
  );
});

test("a dry run says what would be made of what, and without what, and makes nothing", async () => {
  server.put("etc/openvpn/school.key", "-----BEGIN PRIVATE KEY-----\n");
  const { lines, data } = await image(
    { argument: "pc", binary: server.binary, dryRun: true },
    server.options,
  );
  expect(data).toMatchObject({ kernel: "6.1.0-50-amd64", leftOut: ["etc/openvpn/school.key"] });
  expect(lines.join("\n")).toMatch(/would become .*pc\.img.*home\/\*.*etc\/openvpn\/school\.key.*Nothing/s);
  expect(existsSync(path())).toBe(false);
});

describe("without a NAME", () => {
  const another = (name: string) => cpSync(server.root, join(server.options.base, name), { recursive: true });
  const every = async (all: boolean) =>
    several(allRoots(all, server.options), (argument) =>
      image({ argument, binary: server.binary }, server.options),
    );

  test("an image is made of each root, and what fails for one does not stop the others", async () => {
    another("lab");
    another("zoo");
    writeFileSync(join(server.options.base, "vm.img"), "no disk");
    rmSync(join(server.root, "boot"), { recursive: true });
    mkdirSync(join(server.options.base, "notes"));
    const report = await every(true);
    expect(readdirSync(path())).toEqual(["lab.img", "versions", "zoo.img"]);
    expect(report.status).toBe(1);
    expect(report.errors).toEqual([
      expect.stringMatching(/pc: there is no kernel/),
      expect.stringMatching(/vm\.img: it holds no root/),
    ]);
  });

  test("more than three are only made when that is asked for", async () => {
    for (const name of ["a", "b", "c"]) another(name);
    await expect(every(false)).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringMatching(/4 images: a, b, c, pc.*--all/),
    });
    await every(true);
    expect(readdirSync(path())).toEqual(["a.img", "b.img", "c.img", "pc.img", "versions"]);
  });

  test("no root at all", async () => {
    rmSync(server.root, { recursive: true });
    await expect(every(false)).rejects.toThrow(/no root to make an image of.*ltsp image \//);
  });
});

describe("ltsp kernel", () => {
  test("reads an image whose root is gone, through its links and whatever it is compressed with", async () => {
    server.put(
      "usr/lib/modules/6.1.0-50-amd64/modules.dep",
      "kernel/drivers/net/ethernet/e1000.ko.xz:\nkernel/fs/nfs/nfs.ko.zst:\n",
    );
    server.put(
      "usr/lib/modules/6.1.0-50-amd64/kernel/drivers/net/ethernet/e1000.ko.xz",
      execFileSync("xz", ["-c"], { input: "packed e1000" }),
    );
    server.put(
      "usr/lib/modules/6.1.0-50-amd64/kernel/fs/nfs/nfs.ko.zst",
      execFileSync("zstd", ["-c", "-q"], { input: "packed nfs" }),
    );
    await make();
    rmSync(server.root, { recursive: true });
    rmSync(join(server.options.tftp, "ltsp"), { recursive: true });
    await kernel("pc", server.options);
    const modules = archive("modules.img");
    expect(modules).toMatch(/ethernet\/e1000\.ko\0+packed e1000/);
    expect(modules).toMatch(/nfs\/nfs\.ko\0+packed nfs/);
  });

  test("puts the drivers of servers' cards and their firmware apart, and pads both packs for what follows them", async () => {
    const modules = "usr/lib/modules/6.1.0-50-amd64";
    const [e1000, enic] = [
      "kernel/drivers/net/ethernet/e1000.ko",
      "kernel/drivers/net/ethernet/cisco/enic.ko",
    ];
    server.put(`${modules}/modules.dep`, `${e1000}:\n${enic}:\n`);
    server.put(`${modules}/modules.alias`, "alias pci:v00001137d00000043sv*sd*bc*sc*i* enic\n");
    server.put(`${modules}/${enic}`, "enic itself");
    const report = await kernel("pc", server.options);
    expect(archive("modules-rare.img")).toMatch(/cisco\/enic\.ko\0+enic itself/);
    expect(archive("modules.img")).toContain(`${enic}:\n`);
    expect(archive("modules.img")).not.toContain("enic itself");
    for (const name of ["modules.img", "modules-rare.img"])
      expect(statSync(bootFile(name)).size % 512).toBe(0);
    expect(report.data.sizes).toMatchObject({ modulesRare: statSync(bootFile("modules-rare.img")).size });
  });

  test("an image that is cut short is told apart from one without a kernel", async () => {
    await make();
    writeFileSync(path("pc.img"), readFileSync(path("pc.img")).subarray(0, 100));
    rmSync(server.root, { recursive: true });
    await expect(kernel("pc", server.options)).rejects.toThrow(/not a whole squashfs.*ltsp image/s);
  });
});
