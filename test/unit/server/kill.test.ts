import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { placeOfImage } from "../../../server/names.ts";
import { checkVersions } from "../../../server/versions/check.ts";
import { versionIds } from "../../../server/versions/versions.ts";
import { smallServer } from "./small-root.ts";

const bun = "node_modules/@oven/bun-linux-x64-baseline/bin/bun";

test("kill -9 at 50 random moments of ltsp image: image and kernel are whole each time, and the next run tidies up", async () => {
  const server = smallServer();
  const { base, tftp, conf } = server.options;
  const run = () =>
    spawn(bun, ["test/unit/server/run-image.ts", base, tftp, conf, server.binary], { stdio: "ignore" });
  const whole = async () => expect(await once(run(), "exit")).toEqual([0, null]);
  const release = (image: string) =>
    execFileSync("unsquashfs", ["-cat", join(base, "images", image), "etc/os-release"], { encoding: "utf8" });
  const kernel = () => readFileSync(join(tftp, "ltsp/pc/vmlinuz"), "utf8");
  /** What a client mounts that has these boot files. */
  const current = () => join("versions/pc", readlinkSync(join(tftp, "ltsp/pc/current")), "root.img");

  server.put("etc/os-release", "NAME=0\n");
  const start = performance.now();
  await whole();
  const duration = performance.now() - start;
  const seen = new Set([release("pc.img")]);
  for (let time = 1; time <= 50; time += 1) {
    server.put("etc/os-release", `NAME=${time}\n`);
    server.put("boot/vmlinuz-6.1.0-50-amd64", `kernel ${time}`);
    seen.add(`NAME=${time}\n`);
    const child = run();
    await sleep(Math.random() * duration);
    child.kill("SIGKILL");
    expect(seen).toContain(release("pc.img"));
    const name = /^NAME=(.*)$/m.exec(release(current()))?.[1];
    expect(kernel(), "of the same version as the root").toBe(name === "0" ? "new kernel" : `kernel ${name}`);
  }
  await whole();
  expect(release("pc.img")).toBe("NAME=50\n");
  const place = placeOfImage("pc", server.options);
  expect((await checkVersions([place])).errors).toEqual([]);
  expect(kernel()).toBe("kernel 50");
  expect(readdirSync(join(base, "images"))).toEqual(["pc.img", "versions"]);
  const ids = versionIds(place);
  expect(readdirSync(place.versions).sort()).toEqual([...ids, "previous"]);
  // One that was killed before it was published is a version, which clients have not been given.
  const published = readdirSync(place.bootDir).filter((name) => !ids.includes(name));
  expect(published.sort()).toEqual(["current", "modules-rare.img", "modules.img", "previous", "vmlinuz"]);
  server.remove();
}, 180_000);
