import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { shim } from "../../../initrd/shim.ts";
import { configurationFiles, initrd } from "../../../server/initrd.ts";
import { type SmallServer, smallServer } from "./small-root.ts";

let server: SmallServer;
beforeEach(() => {
  server = smallServer();
  mkdirSync(join(server.options.tftp, "ltsp"), { recursive: true });
});
afterEach(() => server.remove());

test.each([
  ["a conf that cannot be read as one", "[clients]\nHOSTS_1='open\n"],
  ["a value that its parameter refuses, in one client's section", "[52:54:00:67:00:01]\nDEBUG_SHELL=maybe\n"],
])("%s is refused with its line, and clients keep the ltsp.img they have", async (_, text) => {
  const ltspImg = join(server.options.tftp, "ltsp/ltsp.img");
  writeFileSync(ltspImg, "the old one");
  writeFileSync(server.options.conf, text);
  const message = `1 error in it, so ${ltspImg} stays as it was. Correct it: ltsp --conf `;
  await expect(initrd(server.binary, server.options)).rejects.toThrow(message);
  await expect(initrd(server.binary, server.options)).rejects.toThrow(
    /\n.*ltsp\.conf:2:\d+: error: .*\n {4}2 \| /,
  );
  expect(readFileSync(ltspImg, "utf8")).toBe("the old one");
});

test("all errors are told at once; where there is no ltsp.img yet, none is made", async () => {
  writeFileSync(server.options.conf, "DEBUG_SHELL=maybe\n[clients]\nHOSTS_1='open\n");
  const message = /2 errors in it, so .*ltsp\.img is not made\.[\s\S]*:1:\d+: error: [\s\S]*:3:\d+: error: /;
  await expect(initrd(server.binary, server.options)).rejects.toThrow(message);
  expect(existsSync(join(server.options.tftp, "ltsp/ltsp.img"))).toBe(false);
});

test("warnings come first; what is the server's alone stays out of ltsp.img", async () => {
  const directory = join(server.options.tftp, "ltsp");
  // A runtime.img that is as new as can be: making one takes seconds.
  writeFileSync(join(directory, "runtime.img"), "");
  writeFileSync(join(directory, ".runtime.json"), JSON.stringify({ shim, binary: server.binary, files: [] }));
  writeFileSync(server.options.conf, "[server]\nIPXE_A=secret\n[clients]\nINCLUDE=nothing\nHOSTNAME=open\n");
  const { lines, data } = await initrd(server.binary, server.options);
  const warning = expect.stringMatching(new RegExp(`^warning: ${server.options.conf}:4:\\d+: .*nothing`));
  expect(lines).toEqual([
    warning,
    expect.stringMatching(/ltsp\.img: /),
    expect.stringMatching(/runtime\.img: /),
  ]);
  expect(data.warnings).toEqual([lines[0]?.replace("warning: ", "")]);
  const ltspImg = readFileSync(join(directory, "ltsp.img"), "latin1");
  expect(ltspImg).toContain("HOSTNAME=open");
  expect(ltspImg).not.toContain("secret");
});

test("a conf that the command line names has to be there", async () => {
  const options = { ...server.options, conf: join(server.directory, "other.conf") };
  await expect(initrd(server.binary, options)).rejects.toThrow(
    /other\.conf: there is no such file\. .*ltsp conf new/,
  );
});

test("of /etc/ltsp, clients get all but the server's own lists and copies of ltsp.conf", () => {
  const directory = join(server.directory, "etc");
  mkdirSync(join(directory, "hooks"), { recursive: true });
  const copies = [
    "ltsp.conf.old",
    ".ltsp.conf.edit-a1b2c3",
    ".ltsp.conf.lock",
    "#ltsp.conf#",
    ".ltsp.conf.swp",
  ];
  for (const name of ["ltsp.conf", ...copies, "image.excludes", "x.pub~", "ltsp.conf.dpkg-old"])
    writeFileSync(join(directory, name), "");
  writeFileSync(join(directory, "hooks/greet"), "hi", { mode: 0o755 });
  symlinkSync("hooks/greet", join(directory, "link"));
  symlinkSync("nowhere", join(directory, "dangling"));
  expect(configurationFiles(directory).sort((a, b) => a.path.localeCompare(b.path))).toEqual([
    { path: "hooks/greet", data: Buffer.from("hi"), mode: 0o755 },
    { path: "link", data: Buffer.from("hi"), mode: 0o755 },
  ]);
});
