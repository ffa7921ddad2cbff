import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { image } from "../../../server/image.ts";
import { kernel } from "../../../server/kernel.ts";
import { disk, ext4, sum } from "./small-disk.ts";
import { type SmallServer, smallServer } from "./small-root.ts";

let server: SmallServer;
beforeEach(() => {
  server = smallServer();
});
afterEach(() => server.remove());

const at = (...parts: string[]) => join(server.directory, ...parts);
const make = (argument: string) => image({ argument, binary: server.binary }, server.options);
const inImage = (name: string, file: string) =>
  execFileSync("unsquashfs", ["-cat", join(server.options.base, `images/${name}.img`), file], {
    encoding: "utf8",
  });

function squashfs(directory: string, file: string): string {
  mkdirSync(join(file, ".."), { recursive: true });
  execFileSync("mksquashfs", [directory, file, "-quiet", "-no-progress"]);
  return file;
}

function directoryWith(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(at(name), path, ".."), { recursive: true });
    writeFileSync(join(at(name), path), text);
  }
  return at(name);
}

describe("an image is made of", () => {
  test("a disk's raw image in <base>, by its name; the root's partition is found, and nothing is written to it", async () => {
    const data = ext4(directoryWith("data", { "notes.txt": "data" }), at("data.ext4"));
    const source = disk(join(server.options.base, "vm.img"), data, ext4(server.root, at("root.ext4")));
    const before = sum(source);
    const { data: report } = await make("vm");
    expect(report).toMatchObject({
      kernel: "6.1.0-50-amd64",
      image: join(server.options.base, "images/vm.img"),
    });
    expect(inImage("vm", "etc/os-release")).toBe("NAME=Small\n");
    expect(inImage("vm", "usr/bin/ltsp")).toBe("ltsp itself");
    expect(readFileSync(join(server.options.tftp, "ltsp/vm/vmlinuz"), "utf8")).toBe("new kernel");
    expect(sum(source)).toBe(before);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(server.directory);
  });

  test("nothing where a file of it cannot be read: it would be missing in the image, and nobody would notice", async () => {
    server.put("usr/share/data", Buffer.alloc(100_000, "data"));
    const source = ext4(server.root, at("damaged.raw"), "^extents,^64bit,^metadata_csum");
    // Its first block is behind the end of the disk.
    execFileSync("debugfs", ["-w", "-R", "set_inode_field /usr/share/data block[0] 99999999", source], {
      stdio: "ignore",
    });
    await expect(make(source)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringMatching(/damaged\.raw: a file of it cannot be read.* usr\/share\/data .*fsck/),
    });
    expect(existsSync(join(server.options.base, "images/damaged.img"))).toBe(false);
  });

  test("the partition that is named, where more than one has a root", async () => {
    const other = at("other");
    execFileSync("cp", ["--archive", server.root, other]);
    writeFileSync(join(other, "etc/os-release"), "NAME=Other\n");
    const source = disk(at("two-flat.vmdk"), ext4(server.root, at("1.ext4")), ext4(other, at("2.ext4")));
    await make(`${source},partition=2`);
    expect(inImage("two", "etc/os-release")).toBe("NAME=Other\n");
  });

  test("a file system without a partition table, a directory in it", async () => {
    mkdirSync(at("top"));
    renameSync(server.root, at("top/inner"));
    await make(`${ext4(at("top"), at("plain.raw"))},subdir=inner`);
    expect(inImage("plain", "etc/os-release")).toBe("NAME=Small\n");
  });

  test("a live CD, whose root is in a squashfs on it", async () => {
    squashfs(server.root, at("cd/live/filesystem.squashfs"));
    await make(squashfs(at("cd"), at("debian-live.iso")));
    expect(inImage("debian-live", "etc/os-release")).toBe("NAME=Small\n");
  });

  test("layers, of which the first is on top; kernel reads them too", async () => {
    const top = directoryWith("top", {
      "etc/os-release": "NAME=Changed\n",
      "boot/vmlinuz-6.1.0-50-amd64": "newer",
    });
    await make(`${squashfs(top, at("school.squashfs"))},,${server.root}`);
    expect(inImage("school", "etc/os-release")).toBe("NAME=Changed\n");
    rmSync(join(server.options.tftp, "ltsp"), { recursive: true });
    await kernel(`${at("school.squashfs")},,${server.root}`, server.options);
    expect(readFileSync(join(server.options.tftp, "ltsp/school/vmlinuz"), "utf8")).toBe("newer");
  });
});

describe("what no image can be made of is told, with what to do", () => {
  test("a partition that is not there", async () => {
    const source = disk(at("one.img"), ext4(server.root, at("1.ext4")));
    await expect(make(`${source},partition=3`)).rejects.toThrow(/no partition 3\. It has these: 1/);
    await expect(make(`${source},partition=x`)).rejects.toMatchObject({ kind: "usage" });
  });

  test("a disk without a root", async () => {
    const data = ext4(directoryWith("data", { "notes.txt": "data" }), at("data.ext4"));
    await expect(make(disk(at("data.img"), data))).rejects.toThrow(
      /none of its partitions \(1\) holds the root/,
    );
    await expect(make(data)).rejects.toThrow(/cannot be an image's name|holds no root/);
  });

  test("a file that is none of these", async () => {
    writeFileSync(at("notes.img"), "some text");
    await expect(make(at("notes.img"))).rejects.toThrow(/holds no root of an operating system/);
  });
});
