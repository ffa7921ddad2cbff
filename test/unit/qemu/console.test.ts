import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Console } from "../../../qemu/console.ts";

const log = () => join(mkdtempSync(join(tmpdir(), "ltsp-console-")), "log");

describe("a client's console", () => {
  it("finds a prompt that has no line end yet", async () => {
    const console = new Console(log(), () => 1);
    const prompt = console.waitFor(/^pc01 login: $/, 5);
    console.feed("Debian\r\npc01 lo");
    console.feed("gin: ");
    expect((await prompt).text).toBe("pc01 login: ");
  });

  it("counts a line that came before anybody waited", async () => {
    const console = new Console(log(), () => 1);
    console.feed("systemd starts\r\nmore\r\n");
    expect((await console.waitFor(/starts/, 5)).text).toBe("systemd starts");
  });

  it("shows lines without colours and without what a carriage return overwrote", () => {
    const console = new Console(log(), () => 1);
    console.feed("\x1b[32mOK\x1b[0m done\r\n 10%\r 20%\r100%\r\n");
    expect(console.lines.map((line) => line.text)).toEqual(["OK done", "100%"]);
  });

  it("logs each line with the time of its last character", () => {
    const file = log();
    let now = 1.5;
    const console = new Console(file, () => now);
    console.feed("first ");
    now = 2;
    console.feed("line\r\n");
    expect(readFileSync(file, "utf8")).toBe("   2.000 first line\n");
  });

  it("says what the last lines were when the client goes off", async () => {
    const console = new Console(log(), () => 1);
    const login = console.waitFor(/login/, 60);
    console.feed("Kernel panic\r\n");
    console.end("the client is powered off");
    await expect(login).rejects.toThrow(/powered off[\s\S]*Kernel panic/);
  });
});
