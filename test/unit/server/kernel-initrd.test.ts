import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CpioEntry, cpio, file } from "../../../initrd/cpio.ts";
import { readCpio } from "../../../initrd/read-cpio.ts";
import { image } from "../../../server/image.ts";
import { kernel } from "../../../server/kernel.ts";
import { type SmallServer, smallServer } from "./small-root.ts";
import { unpacked } from "./unpacked.ts";

const version = "6.1.0-50-amd64";
const choice = "boot/vmlinuz-* s|vmlinuz|initrd.img|";

let server: SmallServer;
beforeEach(() => {
  server = smallServer();
  const modules = ["drivers/net/ethernet/e1000", "drivers/watchdog/wdt", "sound/snd", "drivers/char/core"];
  for (const name of modules)
    server.put(`usr/lib/modules/${version}/kernel/${name}.ko`, `${name} of the root`);
  const [card, watchdog, sound, core] = modules.map((name) => `kernel/${name}.ko:`);
  server.put(
    `usr/lib/modules/${version}/modules.dep`,
    `${card}\n${watchdog} ${core?.slice(0, -1)}\n${sound}\n${core}\n`,
  );
});
afterEach(() => server.remove());

/** A distribution's initrd with this module, as initramfs-tools and dracut lay it out: /lib leads to /usr/lib. */
const archive = (of = version): CpioEntry[] => [
  file("init", "#!/bin/sh\n", 0o755),
  { type: "symlink", path: "lib", target: "usr/lib" },
  file(`usr/lib/modules/${of}/kernel/drivers/watchdog/wdt.ko.xz`, "compressed"),
  file(`usr/lib/modules/${of}/modules.dep`, "kernel/drivers/watchdog/wdt.ko.xz:\n"),
  file("usr/lib/firmware/wdt/a.bin", "firmware"),
  { type: "symlink", path: "usr/lib/firmware/wdt.bin", target: "wdt/a.bin" },
  file("etc/modprobe.d/school.conf", "options wdt heartbeat=7\n"),
  file("usr/bin/udevadm", "not for us"),
];

const compressed = (data: Buffer, program: string) => execFileSync(program, ["-c", "-q"], { input: data });

async function packOf(initrd: Buffer, name = `boot/initrd.img-${version}`): Promise<Map<string, CpioEntry>> {
  server.put(name, initrd);
  await kernel("pc", server.options, undefined, choice);
  const pack = unpacked(join(server.options.tftp, "ltsp/pc/modules.img"));
  return new Map(readCpio(pack)?.entries.map((entry) => [entry.path, entry]));
}

const text = (entry: CpioEntry | undefined) =>
  entry?.type === "file"
    ? Buffer.from(entry.data).toString()
    : entry?.type === "symlink"
      ? entry.target
      : undefined;

describe("modules.img with the distribution's initrd", () => {
  test.each([
    ["not compressed", (data: Buffer) => data],
    ["zstd", (data: Buffer) => compressed(data, "zstd")],
    ["xz", (data: Buffer) => compressed(data, "xz")],
    ["gzip", (data: Buffer) => gzipSync(data)],
    [
      "microcode before it",
      (data: Buffer) =>
        Buffer.concat([
          cpio([file("kernel/x86/microcode/a.bin", "code")]),
          Buffer.alloc(1024),
          compressed(data, "zstd"),
        ]),
    ],
  ])("has its modules, what they depend on, firmware and module options: %s", async (_, pack) => {
    const entries = await packOf(pack(cpio(archive())));
    const modules = `lib/modules/${version}/kernel`;
    expect(text(entries.get(`${modules}/drivers/watchdog/wdt.ko`))).toBe("drivers/watchdog/wdt of the root");
    expect(entries.has(`${modules}/drivers/char/core.ko`)).toBe(true);
    expect(entries.has(`${modules}/drivers/net/ethernet/e1000.ko`), "ours are there as ever").toBe(true);
    expect(entries.has(`${modules}/sound/snd.ko`)).toBe(false);
    expect(text(entries.get(`lib/modules/${version}/modules.dep`))).toMatch(
      /^kernel\/drivers\/watchdog\/wdt.ko: /m,
    );
    expect(text(entries.get("lib/firmware/wdt/a.bin"))).toBe("firmware");
    expect(text(entries.get("lib/firmware/wdt.bin"))).toBe("wdt/a.bin");
    expect(text(entries.get("etc/modprobe.d/school.conf"))).toBe("options wdt heartbeat=7\n");
    expect([...entries.keys()].filter((path) => /^init$|usr|^lib$.*link/.test(path))).toEqual([]);
    expect(entries.get("lib")?.type, "a link in its place would take our own libraries away").toBe(
      "directory",
    );
  });

  test("is what ltsp.conf says for ltsp image too, and the command line before it", async () => {
    writeFileSync(
      server.options.conf,
      `[server]\nKERNEL_INITRD="boot/vmlinuz-6.1.0-9-* s|vmlinuz|initrd|"\n`,
    );
    const make = (kernelInitrd?: string) =>
      image({ argument: "pc", binary: server.binary, kernelInitrd }, server.options);
    await expect(make()).rejects.toThrow(/boot\/initrd-6\.1\.0-9-amd64: KERNEL_INITRD wants this initrd/);
    server.put(`boot/initrd.img-${version}`, cpio(archive()));
    const { data } = await make(choice);
    expect(data).toMatchObject({ kernel: version });
    expect(readFileSync(join(server.options.tftp, "ltsp/pc/vmlinuz"), "utf8")).toBe("new kernel");
  });
});

describe("is refused, with what to do", () => {
  const ask = (text: string) => kernel("pc", server.options, undefined, text);

  test("an initrd of another kernel, none, a broken one", async () => {
    await expect(packOf(cpio(archive("6.1.0-9-amd64")))).rejects.toThrow(
      /made for the kernel 6\.1\.0-9-amd64, and not for 6\.1\.0-50-amd64. .*update-initramfs -c -k 6\.1\.0-50/,
    );
    await expect(packOf(Buffer.from("something else"))).rejects.toThrow(/neither an archive nor compressed/);
    await expect(packOf(cpio(archive()).subarray(0, 900))).rejects.toThrow(/cut off/);
    await expect(ask("live/vmlinuz-* s|vmlinuz|initrd|")).rejects.toThrow(
      /no kernel where KERNEL_INITRD looks for it \(live\/vmlinuz-\*\)/,
    );
  });

  test.each([
    ["one word", "boot/vmlinuz-*", /where kernels are in the root, and how sed/],
    ["a script that leaves the path as it is", "boot/vmlinuz-* s|linux-image|initrd|", /that is no initrd/],
    ["a script that would run a program", "boot/vmlinuz-* 1e", /sed: exit status 1/],
  ])("%s", async (_, text, why) => {
    await expect(ask(text)).rejects.toThrow(why);
  });
});
