import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Console } from "../../../qemu/console.ts";
import { Shell, unwrap, wrap } from "../../../qemu/shell.ts";

let sh: ChildProcess;
let shell: Shell;

beforeEach(() => {
  const console = new Console(join(mkdtempSync(join(tmpdir(), "ltsp-shell-")), "log"), () => 0);
  sh = spawn("sh", [], { stdio: ["pipe", "pipe", "inherit"] });
  sh.stdout?.on("data", (text) => console.feed(String(text)));
  shell = new Shell(console, (text) => sh.stdin?.write(text));
});

afterEach(() => sh.kill());

it("returns a command's output and exit status", async () => {
  expect(await shell.run("echo one; echo two >&2; (exit 3)", 10)).toEqual({ status: 3, output: "one\ntwo" });
});

it("keeps the outputs of one command after the other apart", async () => {
  await shell.run("echo first", 10);
  expect(await shell.run("echo second", 10)).toEqual({ status: 0, output: "second" });
});

it("is not fooled by the terminal's echo of what was typed", () => {
  const typed = wrap("hostname", 7);
  const seen = `${typed}\r\n<<begin 7>>\r\npc01\r\n<<end 7 0>>`;
  expect(unwrap(seen, 7)).toEqual({ status: 0, output: "pc01" });
});
