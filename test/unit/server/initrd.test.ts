import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
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
  await expect(initrd(server.binary, server.options)).rejects.toThrow(/ltsp\.conf:2/);
  expect(readFileSync(ltspImg, "utf8")).toBe("the old one");
});

test("a conf that the command line names has to be there", async () => {
  const options = { ...server.options, conf: join(server.directory, "other.conf") };
  await expect(initrd(server.binary, options)).rejects.toThrow(
    /other\.conf: there is no such file.*--conf FILE/,
  );
});

test("of /etc/ltsp, clients get all but the server's own lists and editors' copies", () => {
  const directory = join(server.directory, "etc");
  mkdirSync(join(directory, "hooks"), { recursive: true });
  for (const name of ["ltsp.conf", "image.excludes", "x.pub~", "ltsp.conf.dpkg-old"])
    writeFileSync(join(directory, name), "");
  writeFileSync(join(directory, "hooks/greet"), "hi", { mode: 0o755 });
  symlinkSync("hooks/greet", join(directory, "link"));
  symlinkSync("nowhere", join(directory, "dangling"));
  expect(configurationFiles(directory).sort((a, b) => a.path.localeCompare(b.path))).toEqual([
    { path: "hooks/greet", data: Buffer.from("hi"), mode: 0o755 },
    { path: "link", data: Buffer.from("hi"), mode: 0o755 },
  ]);
});
