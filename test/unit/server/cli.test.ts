import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SmallServer, smallServer } from "./small-root.ts";

const bun = "node_modules/@oven/bun-linux-x64-baseline/bin/bun";
const ltsp = (...args: string[]) => spawnSync(bun, ["ltsp.ts", ...args], { encoding: "utf8" });

let server: SmallServer;
beforeAll(() => {
  server = smallServer();
});
afterAll(() => server.remove());

describe("wrong usage ends with status 2 and one line that helps", () => {
  test.each([
    [["imag", "pc"], /unknown command 'imag' \(Did you mean image\?\)/],
    [[], /which applet\? One of: image, kernel, initrd, ipxe/],
    [["image"], /missing required argument 'name'/],
    [["-o=maybe", "ipxe"], /0 or 1/],
    [["ipxe", "--transport", "carrier-pigeon"], /transport.*nfs, nbd, http/],
    [["kernel", "pc", "--nonsense"], /unknown option '--nonsense'/],
  ])("ltsp %j", (args, message) => {
    const { status, stderr } = ltsp(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(2);
  });
});

test("--help and --version say what they are asked and end with 0", () => {
  expect(ltsp("--help")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/image .*\n[\s\S]*initrd/),
  });
  expect(ltsp("-V")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test("-b, -t and -o work in every place, and -o takes no applet for its value", () => {
  const { base, tftp, conf } = server.options;
  const options = ["-b", base, "-t", tftp, "--conf", conf];
  const { status, stdout } = ltsp("-o", ...options, "--json", "kernel", "pc");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    image: "pc",
    version: "6.1.0-50-amd64",
    vmlinuz: join(tftp, "ltsp/pc/vmlinuz"),
  });
  expect(ltsp("kernel", "pc", ...options).status).toBe(0);
});

test("a failure is one message and status 1; --debug adds where it came from", () => {
  const args = ["-b", server.options.base, "kernel", "lab"];
  const { status, stderr } = ltsp(...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^ltsp: .*lab: no such root directory.*\n$/);
  expect(ltsp("--debug", ...args).stderr).toMatch(/\n {4}at /);
});

test("a program that is not installed: the message says which package has it", () => {
  const other = smallServer();
  const run = spawnSync(
    bun,
    ["ltsp.ts", "-b", other.options.base, "-t", other.options.tftp, "kernel", "pc"],
    {
      encoding: "utf8",
      env: { PATH: other.root },
    },
  );
  expect(run.stderr).toMatch(/zstd: this program is not installed\. Install it: apt install zstd/);
  other.remove();
});
