import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filesInUse } from "../../../server/in-use.ts";
import { nfs3Served } from "../../../server/nfs-server.ts";

let directory: string;
let children: ChildProcess[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "in-use-"));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(directory, { recursive: true });
});

const at = (path: string) => join(directory, path);

function put(path: string, text = path): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  return at(path);
}

/** A process that says when it has what it is to have open. */
async function start(program: string, args: string[], input?: string): Promise<ChildProcess> {
  const descriptor = openSync(input ?? "/dev/null", "r");
  const child = spawn(program, args, { stdio: [descriptor, "pipe", "inherit"] });
  closeSync(descriptor);
  children.push(child);
  await once(child, "spawn");
  return child;
}

describe("of real processes", () => {
  test("a file that one has open is in use, under any of its names; others are not", async () => {
    const [image, other] = [put("1/root.img"), put("2/root.img")];
    linkSync(image, at("lab.img"));
    const child = await start("sleep", ["60"], at("lab.img"));
    const user = `sleep (PID ${child.pid})`;
    expect(await filesInUse([image, other, at("gone.img"), at("lab.img")])).toEqual(
      new Map([
        [image, [user]],
        [at("lab.img"), [user]],
      ]),
    );
    expect(await filesInUse([at("gone.img")])).toEqual(new Map());
  });

  test("so is one that a server has open in a mount namespace of its own, where it is called otherwise", async () => {
    const image = put("images/root.img");
    mkdirSync(at("served"));
    const script = `mount --bind ${at("images")} ${at("served")}; exec sleep 60 <${at("served/root.img")}`;
    const child = await start("unshare", ["--mount", "sh", "-c", script]);
    await expect
      .poll(() => filesInUse([image]).then((users) => users.get(image)))
      .toEqual([`sleep (PID ${child.pid})`]);
  });

  test("so is one that is mapped and closed again", async () => {
    const image = at("program.img");
    copyFileSync("/bin/sleep", image);
    const child = await start(image, ["60"]);
    await expect
      .poll(async () => (await filesInUse([image])).get(image))
      .toEqual([`program.img (PID ${child.pid})`]);
  });

  test("and one that a loop device is made of", async () => {
    const image = put("root.img", "x".repeat(4096));
    const device = execFileSync("losetup", ["--find", "--show", "--read-only", image], { encoding: "utf8" });
    try {
      expect(await filesInUse([image])).toEqual(new Map([[image, [device.trim()]]]));
    } finally {
      execFileSync("losetup", ["--detach", device.trim()]);
    }
  });
});

/** Hidden from a container, as an empty /proc is. */
test("a file that only the kernel knows to be open is in use", async () => {
  const image = put("1/root.img");
  mkdirSync(at("proc"));
  await start("sleep", ["60"], image);
  expect(await filesInUse([image, put("2/root.img")], at("proc"))).toEqual(
    new Map([[image, ["a program that cannot be seen from here"]]]),
  );
});

/** This machine's kernel has no NFS server: what it would write stands in files, as nfs4state.c and stats.c write it. */
describe("of the kernel's NFS server", () => {
  function state(path: string, device?: string): string {
    const { dev, ino } = statSync(path);
    const number =
      device ?? [dev >> 8, dev & 0xff].map((part) => part.toString(16).padStart(2, "0")).join(":");
    const open = `type: open, access: r-, deny: --, superblock: "${number}:${ino}"`;
    return `- 0x000000014c7f1d6a0ad2e4b600000000: { ${open}, filename: "${path.split("/").slice(-2).join("/")}", owner: "open id:\\x00\\x00" }\n`;
  }

  const client = (number: number, address: string, states: string) => {
    put(
      `proc/fs/nfsd/clients/${number}/info`,
      `clientid: 0x4c7f\naddress: "${address}"\nstatus: confirmed\n`,
    );
    put(`proc/fs/nfsd/clients/${number}/states`, states);
  };

  test("what clients of NFS 4 have open is in use, also where it names another device than stat does, as on btrfs", async () => {
    const [first, second, third] = [put("1/root.img"), put("2/root.img"), put("3/root.img")];
    client(3, "192.168.67.20:812", state(first) + state(second));
    client(4, "[fd00:67::21]:700", state(first, "00:2b"));
    client(5, "192.168.67.22:813", "");
    expect(await filesInUse([first, second, third], at("proc"))).toEqual(
      new Map([
        [first, ["NFS client 192.168.67.20", "NFS client fd00:67::21"]],
        [second, ["NFS client 192.168.67.20"]],
      ]),
    );
  });

  test("a file of another device that happens to have the same inode is not", async () => {
    const image = put("1/root.img");
    client(3, "192.168.67.20:812", state(image, "00:2b").replace("1/root.img", "a/letter.txt"));
    expect(await filesInUse([image], at("proc"))).toEqual(new Map());
  });

  test("that it has served files over NFS 3 is known", () => {
    const served = (reads: number) =>
      put(
        "proc/net/rpc/nfsd",
        `rc 0 0 12\nproc3 22 2 31 0 9 14 0 ${reads} 0 0 0 0 0 0 0 0 0 0 2 1 2 1 0\nproc4 2 0 0\n`,
      );
    expect(nfs3Served(at("proc"))).toBe(false);
    served(0);
    expect(nfs3Served(at("proc"))).toBe(false);
    served(3);
    expect(nfs3Served(at("proc"))).toBe(true);
  });
});
