import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { evaluate } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";
import { image } from "../../../server/image.ts";
import { kernel } from "../../../server/kernel.ts";
import { placeOfImage } from "../../../server/names.ts";
import { checkVersions } from "../../../server/versions/check.ts";
import { listVersions } from "../../../server/versions/list.ts";
import { pruneImages } from "../../../server/versions/prune.ts";
import { revert } from "../../../server/versions/revert.ts";
import { newId, versionIds } from "../../../server/versions/versions.ts";
import { type SmallServer, smallServer } from "./small-root.ts";

let server: SmallServer;
beforeEach(() => {
  server = smallServer();
});
afterEach(() => server.remove());

const place = () => placeOfImage("pc", server.options);
/** Makes a version whose kernel and root say this, and gives its id. */
async function make(text: string, note?: string): Promise<string> {
  server.put("etc/os-release", `NAME=${text}\n`);
  server.put("boot/vmlinuz-6.1.0-50-amd64", `kernel of ${text}`);
  const { data } = await image({ argument: "pc", binary: server.binary, note }, server.options);
  return String(data.version);
}
/** What clients boot: the kernel that they fetch, and the root that goes with it. */
function booted(): { kernel: string; root: string } {
  const release = execFileSync("unsquashfs", ["-cat", place().image, "etc/os-release"], { encoding: "utf8" });
  return { kernel: readFileSync(join(place().bootDir, "vmlinuz"), "utf8"), root: release.trim().slice(5) };
}
const directoryOf = (id: string) => join(place().versions, id);
/** As if it had been replaced so many minutes ago. */
function replaced(id: string, minutes: number): void {
  const then = new Date(Date.now() - minutes * 60_000);
  utimesSync(directoryOf(id), then, then);
}
const prune = (conf = "") => {
  const settings = evaluate(parseConf(`[server]\n${conf}`, "ltsp.conf"), { side: "server", applet: "image" });
  return pruneImages([place()], settings);
};

describe("versions", () => {
  test("each image is one, with what it is made of; the list has the newest first and a star at the current one", async () => {
    const first = await make("one", "before the exams");
    const second = await make("two");
    expect(booted()).toEqual({ kernel: "kernel of two", root: "two" });
    const { lines, data } = await listVersions([place()]);
    expect(lines).toEqual([
      `${place().image}:`,
      expect.stringMatching(
        new RegExp(
          `^\\* ${second} {2}\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d {2}.* kernel 6\\.1\\.0-50-amd64 {2}of pc$`,
        ),
      ),
      expect.stringMatching(new RegExp(`^ {2}${first} .*"before the exams"$`)),
    ]);
    expect(data).toMatchObject({
      images: [
        {
          image: "pc",
          versions: [
            { version: second, current: true, previous: false, users: [] },
            { version: first, current: false, previous: true, note: "before the exams", source: "pc" },
          ],
        },
      ],
    });
    expect(JSON.parse(readFileSync(join(directoryOf(first), "manifest.json"), "utf8"))).toMatchObject({
      name: "pc",
      version: first,
      kernel: "6.1.0-50-amd64",
      files: {
        "root.img": {
          size: statSync(join(directoryOf(first), "root.img")).size,
          sha256: execFileSync("sha256sum", [join(directoryOf(first), "root.img")], {
            encoding: "utf8",
          }).slice(0, 64),
        },
        vmlinuz: { size: "kernel of one".length },
      },
    });
  });

  test("modules.img begins with the name of the version that it belongs to, and what its root is checked by", async () => {
    const id = await make("one");
    const named = () => {
      const head = readFileSync(join(place().bootDir, "modules.img")).subarray(0, 1024).toString("latin1");
      expect(head).toMatch(/^070701.*image\.json/s);
      return JSON.parse(/^.*(\{"name.*\})$/m.exec(head)?.[1] ?? "");
    };
    const { verity, ...rest } = named();
    const { size } = statSync(place().image);
    expect(rest).toEqual({ name: "pc", version: id, size });
    const offset = `--hash-offset=${verity.dataBlocks * 4096}`;
    execFileSync("veritysetup", ["verify", place().image, place().image, verity.rootHash, offset]);

    const request = { argument: "pc", binary: server.binary, verity: false };
    const { data } = await image(request, server.options);
    expect(named()).toEqual({ name: "pc", version: data.version, size: statSync(place().image).size });

    const builtin = "usr/lib/modules/6.1.0-50-amd64/modules.builtin";
    server.put(builtin, readFileSync(join(server.root, builtin), "utf8").replace(/.*dm-verity.*/, ""));
    const { data: without, errors } = await image({ ...request, verity: true }, server.options);
    expect(errors).toEqual([expect.stringMatching(/6\.1\.0-50-amd64 has no module dm-verity.*--verity=0/)]);
    expect(named()).toEqual({ name: "pc", version: without.version, size: statSync(place().image).size });
  });

  test("the menu can fetch all of one version, while another takes its place", async () => {
    const first = await make("one");
    const script = () => readFileSync(join(place().bootDir, "current/version.ipxe"), "utf8");
    expect(script()).toBe(`#!ipxe\nset version ${first}\n`);
    await make("two");
    expect(script()).not.toContain(first);
    expect(readFileSync(join(place().bootDir, first, "vmlinuz"), "utf8")).toBe("kernel of one");
  });

  test("one made in the same second, or when the clock was set back, is still the newest", async () => {
    const ids = [await make("one"), await make("two"), newId(place(), new Date("2001-01-01"))];
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  test("an image of an ltsp without versions becomes the first, and there is a way back to it", async () => {
    await make("old");
    const { image: file, bootDir, versions } = place();
    const files = ["vmlinuz", "modules.img"].map((name) => join(bootDir, name));
    const contents = files.map((path) => readFileSync(path));
    renameSync(realpathSync(file), `${file}.new`);
    renameSync(`${file}.new`, file);
    for (const path of [bootDir, join(versions, "..")]) rmSync(path, { recursive: true });
    mkdirSync(bootDir);
    for (const [index, path] of files.entries()) writeFileSync(path, contents[index] ?? "");
    expect(lstatSync(file).isFile()).toBe(true);

    await make("new");
    expect(booted()).toEqual({ kernel: "kernel of new", root: "new" });
    // A client that falls back to it mounts its root, and not the new one.
    const [old = ""] = versionIds(place());
    expect(readFileSync(join(bootDir, "previous/modules.img"), "latin1")).toContain(`"version":"${old}"`);
    await revert(place(), undefined);
    expect(booted()).toEqual({ kernel: "kernel of old", root: "old" });

    expect((await listVersions([place()])).lines.join("\n")).toMatch(/\* .* made by an earlier ltsp/);
    appendFileSync(place().image, "x");
    const { errors = [] } = await checkVersions([place()]);
    expect(errors[0]).toMatch(/root\.img: it is not what it was .* Make a new version: ltsp image pc;/);
  });
});

describe("ltsp image --revert", () => {
  test("brings back root and kernel of the version before; the later one stays, and can be had again", async () => {
    const [first, second] = [await make("one"), await make("two")];
    const { lines } = await revert(place(), undefined);
    expect(booted()).toEqual({ kernel: "kernel of one", root: "one" });
    expect(lines.join("\n")).toContain(`version ${first}, kernel 6.1.0-50-amd64; it was ${second}`);
    await revert(place(), second);
    expect(booted()).toEqual({ kernel: "kernel of two", root: "two" });
    expect((await checkVersions([place()])).errors).toEqual([]);
  });

  test("what clients booted before a newer version is what they fall back on, and stays", async () => {
    const [good, bad, worse] = [await make("good"), await make("bad"), await make("worse")];
    await revert(place(), good);
    const mended = await make("mended");
    for (const id of [good, bad, worse, mended]) replaced(id, 60);
    await prune("KEEP_IMAGES=2");
    expect(versionIds(place())).toEqual([good, worse, mended]);
    // For the boot files, and for an NBD server's export.
    for (const directory of [place().bootDir, place().versions])
      expect(readlinkSync(join(directory, "previous"))).toBe(good);
    await revert(place(), undefined);
    expect(booted().root).toBe("good");
  });

  test("what is not there is refused with what is", async () => {
    await expect(revert(place(), undefined)).rejects.toThrow(/has no versions.*ltsp image pc/);
    const id = await make("one");
    await expect(revert(place(), undefined)).rejects.toThrow(new RegExp(`no version before ${id}`));
    await expect(revert(place(), "20010101-000000")).rejects.toThrow(new RegExp(`no version 2001.*${id}`));
    expect(booted().root).toBe("one");
  });
});

describe("pruning", () => {
  test("keeps three versions, or as many as KEEP_IMAGES says", async () => {
    const ids: string[] = [];
    for (const text of ["one", "two", "three", "four"]) {
      ids.push(await make(text));
      replaced(ids.at(-1) ?? "", 60);
    }
    expect(versionIds(place())).toEqual(ids); // the first was still young when the last was made
    replaced(ids[0] ?? "", 60);
    expect((await prune()).lines).toEqual([expect.stringContaining(ids[0] ?? "")]);
    expect(versionIds(place())).toEqual(ids.slice(1));
    for (const id of ids.slice(1)) replaced(id, 60);
    await prune("KEEP_IMAGES=1");
    expect(versionIds(place()), "the current one, and the one that clients fall back on").toEqual(
      ids.slice(2),
    );
    expect(readdirSync(place().bootDir).filter((name) => /^\d/.test(name))).toEqual(ids.slice(2));
    expect(booted().root).toBe("four");
    await expect(prune("KEEP_IMAGES=0")).rejects.toThrow(/ltsp\.conf:2.*no number from 1.*KEEP_IMAGES=3/);
  });

  test("does not remove what somebody has open, and says who", async () => {
    const ids = [await make("one"), await make("two"), await make("three")];
    for (const id of ids) replaced(id, 60);
    const reader = spawn("tail", ["-f", join(directoryOf(ids[0] ?? ""), "root.img")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(reader.stdout, "data");
    const { lines } = await prune("KEEP_IMAGES=1");
    expect(lines.join("\n")).toMatch(
      new RegExp(`Not removed yet: ${ids[0]}, in use by tail \\(PID ${reader.pid}\\)`),
    );
    expect((await listVersions([place()])).lines.at(-1)).toMatch(/in use by tail/);
    reader.kill();
    await once(reader, "exit");
    await prune("KEEP_IMAGES=1");
    expect(versionIds(place())).toEqual(ids.slice(1));
  });

  test("does not remove what a client may just be on its way to, nor what clients boot after a revert", async () => {
    const ids = [await make("one"), await make("two"), await make("three"), await make("four")];
    for (const id of ids) replaced(id, 60);
    await revert(place(), ids[1]);
    const { lines } = await prune("KEEP_IMAGES=1");
    expect(lines.join("\n")).toContain(`Removed, older than what KEEP_IMAGES keeps: ${ids[2]}`);
    expect(versionIds(place())).toEqual([ids[0], ids[1], ids[3]]);
    await revert(place(), ids[0]);
    await revert(place(), ids[3]);
    expect((await prune("KEEP_IMAGES=1")).lines.join("\n")).toMatch(
      new RegExp(`Not removed yet: ${ids[1]}, replaced less than 15 minutes ago`),
    );
  });
});

describe("ltsp image --check", () => {
  const check = async () => (await checkVersions([place()])).errors ?? [];

  test("finds a changed byte and a missing file, and says what to do", async () => {
    const [first, second] = [await make("one"), await make("two")];
    expect(await check()).toEqual([]);
    appendFileSync(join(directoryOf(first), "root.img"), "x");
    rmSync(join(directoryOf(second), "vmlinuz"));
    expect(await check()).toEqual([
      expect.stringMatching(new RegExp(`${first}/root\\.img: it is not what it was.*rm -r`)),
      expect.stringMatching(
        new RegExp(`${second}/vmlinuz: it is not there.*ltsp image pc;.*ltsp image --revert pc`),
      ),
    ]);
    expect((await checkVersions([place()])).status).toBe(1);
  });

  test("finds what clients cannot fetch, and says how to put it there", async () => {
    const [first, second] = [await make("one"), await make("two")];
    rmSync(join(place().bootDir, first), { recursive: true });
    rmSync(join(place().bootDir, second, "version.ipxe"));
    const remedy = `clients fetch it from there.*ltsp image --revert=${second} pc`;
    expect(await check()).toEqual([
      ...["version.ipxe", "vmlinuz", "modules.img", "modules-rare.img"].map((name) =>
        expect.stringMatching(new RegExp(`${first}/${name}: .*${remedy}`)),
      ),
      expect.stringMatching(new RegExp(`${second}/version\\.ipxe: .*${remedy}`)),
    ]);
    await revert(place(), second);
    expect(await check()).toEqual([]);
  });

  test("finds a link that an NBD server needs and that is not there, and says how to have it again", async () => {
    const [, second] = [await make("one"), await make("two")];
    const link = join(place().versions, "previous");
    rmSync(link);
    expect(await check()).toEqual([expect.stringMatching(new RegExp(`${link}: .*--revert=${second} pc`))]);
    await revert(place(), second);
    expect(await check()).toEqual([]);
  });

  test("looks at the copies too where the boot files are on another file system", async () => {
    mkdirSync(server.options.tftp);
    execFileSync("mount", ["-t", "tmpfs", "small", server.options.tftp]);
    try {
      const id = await make("one");
      const copy = join(place().bootDir, id, "vmlinuz");
      expect(statSync(copy).dev).not.toBe(statSync(directoryOf(id)).dev);
      expect(await check()).toEqual([]);
      writeFileSync(copy, "kernel of 0ne");
      expect(await check()).toEqual([expect.stringMatching(new RegExp(`${copy}: .*--revert=${id} pc`))]);
      rmSync(join(place().bootDir, id), { recursive: true });
      await revert(place(), id);
      expect(await check()).toEqual([]);
    } finally {
      execFileSync("umount", [server.options.tftp]);
    }
  });

  test("tells an image that somebody put there by hand, and ltsp kernel makes it a version", async () => {
    await make("one");
    const other = join(server.directory, "other.img");
    execFileSync("cp", ["--dereference", place().image, other]);
    appendFileSync(other, Buffer.alloc(4096));
    rmSync(place().image);
    renameSync(other, place().image);
    expect(await check()).toEqual([expect.stringMatching(/pc\.img: somebody put it there.*ltsp kernel pc/)]);
    await expect(revert(place(), versionIds(place())[0])).rejects.toThrow(/would be lost.*ltsp kernel pc/);
    await expect(make("two")).rejects.toThrow(/would be lost.*ltsp kernel pc/);
    await kernel("pc", server.options);
    expect(await check()).toEqual([]);
    expect(versionIds(place())).toHaveLength(2);
    expect(readFileSync(place().image).subarray(-4096)).toEqual(Buffer.alloc(4096));
  });
});

test("where there is no room for what clients fetch, the version before stays, and nothing of the new one", async () => {
  const first = await make("one");
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "small", server.options.tftp]);
  try {
    await expect(make("two")).rejects.toMatchObject({ kind: "no-space" });
    expect(versionIds(place())).toEqual([first]);
    const left = execFileSync("find", [server.options.tftp, "-name", "*.tmp"], { encoding: "utf8" });
    expect(left).toBe("");
  } finally {
    execFileSync("umount", [server.options.tftp]);
  }
  expect(booted().root).toBe("one");
});

describe("ltsp kernel", () => {
  test("makes another kernel a version of its own, with the same root; the same again makes none", async () => {
    const first = await make("one");
    await kernel("pc", server.options);
    expect(versionIds(place())).toEqual([first]);
    const { data } = await kernel("pc", server.options, "6.1.0-9-amd64");
    expect(booted()).toEqual({ kernel: "old kernel", root: "one" });
    const second = String(data.imageVersion);
    expect(versionIds(place())).toEqual([first, second]);
    const inode = (id: string) => statSync(join(directoryOf(id), "root.img")).ino;
    expect(inode(second), "it takes no room").toBe(inode(first));
    await revert(place(), undefined);
    expect(booted()).toEqual({ kernel: "kernel of one", root: "one" });
  });

  test("puts back what clients cannot fetch any more, and makes anew what is gone or damaged", async () => {
    const first = await make("one");
    rmSync(join(place().bootDir, first, "vmlinuz"));
    await kernel("pc", server.options);
    expect(booted().kernel).toBe("kernel of one");
    expect(versionIds(place())).toEqual([first]);
    for (const path of [directoryOf(first), join(place().bootDir, first)]) rmSync(join(path, "vmlinuz"));
    await kernel("pc", server.options);
    expect(booted()).toEqual({ kernel: "kernel of one", root: "one" });
    const second = versionIds(place())[1] ?? "";
    appendFileSync(join(directoryOf(second), "modules-rare.img"), "x");
    await kernel("pc", server.options);
    expect(versionIds(place())).toHaveLength(3);
  });

  test("of a root without an image makes boot files, for a client that mounts the root itself", async () => {
    await kernel("pc", server.options);
    expect(readFileSync(join(place().bootDir, "vmlinuz"), "utf8")).toBe("new kernel");
    expect(existsSync(place().image)).toBe(false);
    await make("one");
    expect(booted().root).toBe("one");
    expect(readlinkSync(join(place().bootDir, "current"))).toBe(versionIds(place()).at(-1));
  });
});
