import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { image } from "../../../server/image.ts";
import { stopOnSignals } from "../../../server/interrupt.ts";
import { smallServer } from "./small-root.ts";

test("a signal in the middle of ltsp image: it stops, says so, and the old image is as it was", async () => {
  const server = smallServer();
  const images = join(server.options.base, "images");
  mkdirSync(images);
  writeFileSync(join(images, "pc.img"), "the old image");
  server.put("usr/share/large", Buffer.alloc(200_000_000));
  stopOnSignals();

  const run = image({ argument: "pc", binary: server.binary, params: "-throttle 99" }, server.options).catch(
    (error) => error,
  );
  while (!existsSync(join(images, `.pc.version.${process.pid}.tmp/root.img`))) await sleep(5);
  process.kill(process.pid, "SIGTERM");

  expect(await run).toMatchObject({ kind: "interrupted", message: expect.stringContaining("SIGTERM") });
  expect(readFileSync(join(images, "pc.img"), "utf8")).toBe("the old image");
  expect(readdirSync(images)).toEqual(["pc.img"]);
  expect(existsSync(server.options.tftp)).toBe(false);
  server.remove();
});
