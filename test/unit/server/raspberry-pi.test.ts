import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { image } from "../../../server/image.ts";
import { kernel } from "../../../server/kernel.ts";
import { type SmallServer, smallServer } from "./small-root.ts";

let server: SmallServer;
beforeEach(() => {
  server = smallServer();
  writeFileSync(server.options.conf, "[server]\nRPI_IMAGE=pc\n");
});
afterEach(() => server.remove());

/** What the firmware fetches, as Raspberry Pi OS 12 has it; the kernels in /boot are a PC's, and no business of a Pi's. */
function firmware(directory: string): void {
  for (const name of ["start4.elf", "config.txt", "kernel8.img", "overlays/vc4.dtbo"])
    server.put(`${directory}/${name}`, name);
  server.put(
    `${directory}/cmdline.txt`,
    "ip=dhcp root=/dev/nfs nfsroot=192.168.67.1:/srv/ltsp/pc,vers=3 rw\n",
  );
}

const tftp = (...names: string[]) => join(server.options.tftp, ...names);
const link = (overwrite = false) => kernel("pc", { ...server.options, overwrite });

describe("the files that Raspberry Pis fetch", () => {
  test.each(["boot/firmware", "boot"])(
    "are those of the root's %s, whatever changes there",
    async (directory) => {
      firmware(directory);
      const { lines } = await link();
      expect(readFileSync(tftp("kernel8.img"), "utf8")).toBe("kernel8.img");
      expect(readFileSync(tftp("overlays/vc4.dtbo"), "utf8")).toBe("overlays/vc4.dtbo");
      expect(readlinkSync(tftp("config.txt"))).toBe(join(server.root, directory, "config.txt"));
      expect(lines.join("\n")).not.toMatch(/warning/);
      expect(lines.join("\n")).toMatch(/ltsp.conf does not reach them yet/);
      server.put(`${directory}/kernel8.img`, "newer");
      rmSync(join(server.root, directory, "start4.elf"));
      server.put(`${directory}/start.elf`, "for a Pi 3");
      await link();
      expect(readFileSync(tftp("kernel8.img"), "utf8")).toBe("newer");
      expect(readdirSync(tftp())).not.toContain("start4.elf");
      expect(readdirSync(tftp()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    },
  );

  test("do not replace what the admin has put there, unless told to", async () => {
    firmware("boot/firmware");
    mkdirSync(tftp("overlays"), { recursive: true });
    writeFileSync(tftp("config.txt"), "mine");
    const report = await link();
    expect(readFileSync(tftp("config.txt"), "utf8")).toBe("mine");
    expect(report.data).toMatchObject({ kept: ["config.txt", "overlays"] });
    expect(report.lines.join("\n")).toMatch(
      /config\.txt is not of ltsp's making and stays. .*ltsp --overwrite kernel pc/,
    );
    await link(true);
    expect(readFileSync(tftp("config.txt"), "utf8")).toBe("config.txt");
    expect(statSync(tftp("overlays")).isDirectory(), "a directory is never taken away").toBe(true);
  });

  test("come with advice where cmdline.txt boots an SD card", async () => {
    firmware("boot/firmware");
    server.put("boot/firmware/cmdline.txt", "console=tty1 root=PARTUUID=4e639091-02 rootwait\n");
    const { lines } = await link();
    expect(lines.join("\n")).toMatch(
      /cmdline\.txt does not say root=\/dev\/nfs.*nfsroot=192\.168\.67\.1:\S+\/pc,/,
    );
  });

  test("are asked for where there are none", async () => {
    await expect(link()).rejects.toThrow(/no firmware of a Raspberry Pi .*Copy the first partition/);
  });
});

test("a root of ARM programs becomes no image, since clients could not run ltsp in it", async () => {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01");
  header.writeUInt16LE(0xb7, 18);
  server.put("usr/lib/systemd/systemd", header);
  await expect(image({ argument: "pc", binary: server.binary }, server.options)).rejects.toThrow(
    /its programs are for 64-bit ARM \(arm64\), and this ltsp boots PCs with x86-64 only. .*RPI_IMAGE/,
  );
});
