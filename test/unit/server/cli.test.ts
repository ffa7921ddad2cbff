import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parameters } from "../../../conf/parameters.ts";
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
    [[], /which applet\? One of: image, kernel, initrd, ipxe, conf.* See: ltsp --help/],
    [["conf"], /which of its subcommands\? One of: check, show, explain, edit, new\. See: ltsp conf --help/],
    [["conf", "chekc"], /unknown command 'chekc' \(Did you mean check\?\)/],
    [["conf", "show", "--mac", "pc01"], /--mac pc01: .*52:54:00:12:34:56/],
    [["conf", "explain", "NAT", "LANG"], /LANG: this would be a second parameter/],
    [["conf", "edit", "x.conf"], /too many arguments.* See: ltsp conf edit --help/],
    [["image", "pc", "--cleanup", "maybe"], /--cleanup <0\|1>.*It is 0 or 1/],
    [["image", "pc", "--compression", "huge"], /fast, normal, small/],
    [["image", "--list", "--prune"], /'--list' cannot be used with option '--prune'/],
    [["image", "--revert"], /--revert: which image\?.*ltsp image --revert NAME/],
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

test("the versions of images: --list, and --revert with the image's name behind it", () => {
  const { base, tftp, conf } = server.options;
  const image = (...args: string[]) => ltsp("-b", base, "-t", tftp, "--conf", conf, ...args);
  const made = ["", "6.1.0-9-amd64"].map((version) => {
    const { stdout } = image("--json", "kernel", "pc", ...(version === "" ? [] : ["--kernel", version]));
    return JSON.parse(stdout).imageVersion;
  });
  const current = () => {
    const [{ versions }] = JSON.parse(image("--json", "image", "--list", "pc").stdout).images;
    return versions.find((version: { current: boolean }) => version.current).version;
  };
  expect(current()).toBe(made[1]);
  expect(image("image", "--revert", "pc")).toMatchObject({ status: 0, stderr: "" });
  expect(current()).toBe(made[0]);
  expect(image("image", `--revert=${made[1]}`, "pc").stdout).toContain(`version ${made[1]}`);
  expect(image("image", "--check", "pc")).toMatchObject({ status: 0, stderr: "" });
  expect(image("image", "--list", "lab")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/lab\.img: there is no such image .*ltsp image lab/),
  });
});

describe("ltsp conf", () => {
  const conf = (...args: string[]) => ltsp("--conf", server.options.conf, "conf", ...args);
  const write = (text: string) => writeFileSync(server.options.conf, text);

  test("check ends with 1 if there are errors, with 0 if there are warnings alone", () => {
    write("DEBUG_SHELL=maybe\n");
    expect(conf("check")).toMatchObject({ status: 1, stderr: "" });
    expect(conf("check").stdout).toMatch(/ltsp\.conf:1:\d+: error: [\s\S]*: 1 error, no warnings\n$/);
    const { status, stdout } = conf("check", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errors: 1, diagnostics: [{ severity: "error", line: 1 }] });
    write("INCLUDE=nothing\n");
    expect(conf("check").status).toBe(0);
  });

  test("FILE is taken instead of --conf's", () => {
    const file = join(server.directory, "other.conf");
    writeFileSync(file, "[clients]\nHOSTNAME=other\n");
    write("[clients]\nHOSTNAME=this\n");
    expect(conf("show").stdout).toBe("HOSTNAME='this'\n");
    expect(conf("show", file).stdout).toBe("HOSTNAME='other'\n");
    expect(conf("explain", file, "HOSTNAME").stdout).toMatch(
      /HOSTNAME='other'\n {2}set in .*other\.conf:2:1/,
    );
    expect(conf("check", file).stdout).toBe(`${file}: no errors, no warnings\n`);
    expect(conf("new", file)).toMatchObject({ status: 1, stderr: expect.stringContaining("already") });
  });

  test("show --json is one object of names and values, and nothing else", () => {
    write("[clients]\nA='b\n'\n[pc01]\nC=d\n");
    const { stdout } = conf("show", "--hostname", "pc01", "--json");
    expect(JSON.parse(stdout)).toEqual({ A: "b\n", C: "d", HOSTNAME: "pc01" });
  });

  test("show of nothing prints nothing", () => {
    write("");
    expect(conf("show")).toMatchObject({ status: 0, stdout: "" });
  });

  test("much output reaches a slow reader whole; one who has enough may go", () => {
    write(`A='${"x".repeat(300_000)}'\n`);
    const through = (reader: string) =>
      spawnSync("bash", [
        "-c",
        `set -o pipefail; ${bun} ltsp.ts --conf ${server.options.conf} conf show | ${reader}`,
      ]);
    expect(String(through("(sleep 0.3; wc -c)").stdout).trim()).toBe("300005");
    const { status, stderr } = through("head -c 3");
    expect([status, String(stderr)]).toEqual([0, ""]);
  });

  test("--help lists the subcommands, and the parameters from the table", () => {
    const { stdout } = ltsp("conf", "--help");
    expect(stdout).toMatch(/\n {2}check \[file\] [\s\S]*\n {2}explain .*\[name\] \[file\]/);
    for (const { name } of parameters) expect(stdout).toContain(`\n  ${name} `);
  });
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

test("what clients fetch is for all to read, also where root's files are for root alone (umask 077)", () => {
  const other = smallServer();
  const { base, tftp, conf } = other.options;
  const own = `umask 077; exec "$0" ltsp.ts -b ${base} -t ${tftp} --conf ${conf} image --verity=0 pc`;
  expect(spawnSync("sh", ["-c", own, bun], { encoding: "utf8" })).toMatchObject({ status: 0 });
  const hidden = spawnSync("find", [base, tftp, "-not", "-type", "l", "-not", "-perm", "-o=r"], {
    encoding: "utf8",
  });
  expect(hidden.stdout).toBe("");
  other.remove();
});
