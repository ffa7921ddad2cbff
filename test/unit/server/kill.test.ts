import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { smallServer } from "./small-root.ts";

const bun = "node_modules/@oven/bun-linux-x64-baseline/bin/bun";

test("kill -9 at 50 random moments of ltsp image: image and kernel are whole each time, and the next run tidies up", async () => {
  const server = smallServer();
  const { base, tftp, conf } = server.options;
  const run = () =>
    spawn(bun, ["test/unit/server/run-image.ts", base, tftp, conf, server.binary], { stdio: "ignore" });
  const whole = async () => expect(await once(run(), "exit")).toEqual([0, null]);
  const release = () =>
    execFileSync("unsquashfs", ["-cat", join(base, "images/pc.img"), "etc/os-release"], { encoding: "utf8" });
  const kernel = () => readFileSync(join(tftp, "ltsp/pc/vmlinuz"), "utf8");

  const start = performance.now();
  await whole();
  const duration = performance.now() - start;
  const seen = new Set([release()]);
  for (let time = 1; time <= 50; time += 1) {
    server.put("etc/os-release", `NAME=${time}\n`);
    server.put("boot/vmlinuz-6.1.0-50-amd64", `kernel ${time}`);
    seen.add(`NAME=${time}\n`);
    const child = run();
    await sleep(Math.random() * duration);
    child.kill("SIGKILL");
    expect(seen).toContain(release());
    expect(kernel()).toMatch(/^(new kernel|kernel \d+)$/);
  }
  await whole();
  expect(release()).toBe("NAME=50\n");
  expect(kernel()).toBe("kernel 50");
  expect(readdirSync(join(base, "images"))).toEqual(["pc.img"]);
  expect(readdirSync(join(tftp, "ltsp/pc")).sort()).toEqual([
    ".modules.json",
    "modules-rare.img",
    "modules.img",
    "vmlinuz",
  ]);
  server.remove();
}, 180_000);
