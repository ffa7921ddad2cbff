import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ConfDirectory, confDirectory } from "./conf-directory.ts";

const bun = "node_modules/@oven/bun-linux-x64-baseline/bin/bun";

let directory: ConfDirectory;
let script = "";
beforeAll(() => {
  directory = confDirectory();
  script = spawnSync(bun, ["ltsp.ts", "completion"], { encoding: "utf8" }).stdout;
  for (const name of ["debian", "images"]) mkdirSync(join(directory.path, "base", name), { recursive: true });
  // The only thing in it that is not the command line's own.
  writeFileSync(join(directory.path, "ltsp"), script.replaceAll("/srv/ltsp", `${directory.path}/base`));
});
afterAll(() => directory.remove());

/** What bash offers at the end of a line; it splits words at = and : as it does for commands. */
function offered(line: string): string[] {
  const words = line.split(/ +|(?<=[=:])|(?=[=:])/);
  const ask = `
    source ${directory.path}/ltsp
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
    COMP_CWORD=${words.length - 1}
    $(complete -p ltsp | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", ask], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

test.each([
  ["ltsp ", ["image", "kernel", "initrd", "ipxe", "conf", "completion"]],
  ["ltsp i", ["image", "initrd", "ipxe"]],
  ["ltsp --base", ["--base-dir"]],
  ["ltsp -b /x -o --conf=/y --json con", ["conf"]],
  ["ltsp conf ", ["check", "show", "explain", "edit", "new"]],
  ["ltsp conf e", ["explain", "edit"]],
  ["ltsp --conf conf c", ["conf", "completion"]],
  ["ltsp conf show --s", ["--server"]],
  ["ltsp conf show --mac 52:54:00:12:34:56 --ho", ["--hostname", "--home-dir"]],
  ["ltsp conf show --mac=52:54:00:12:34:56 --ser", ["--server"]],
  ["ltsp conf show --applet ini", ["initrd", "init", "initrd-bottom"]],
  ["ltsp conf explain HOST", ["HOSTNAME", "HOSTS"]],
  ["ltsp conf explain --mac 1 FST", ["FSTAB"]],
  ["ltsp conf explain UDEV", ["UDEV_SEAT"]],
  ["ltsp ipxe --transport ", ["nfs", "nbd", "http"]],
  ["ltsp ipxe --transport=n", ["nfs", "nbd"]],
  ["ltsp ipxe --transport=", ["nfs", "nbd", "http"]],
  ["ltsp image ", ["debian"]],
  ["ltsp kernel d", ["debian"]],
  // Files are bash's own business.
  ["ltsp --conf /e", []],
  ["ltsp conf check ", []],
  ["ltsp image /", []],
])("%s<Tab>", (line, words) => {
  expect(offered(line)).toEqual(words);
});

test("it says how it was made, and is the same in --json", () => {
  expect(script).toMatch(/^# bash completion for ltsp, made by: ltsp completion\n/);
  const { stdout } = spawnSync(bun, ["ltsp.ts", "completion", "--json"], { encoding: "utf8" });
  expect(JSON.parse(stdout)).toEqual({ bash: script });
});
