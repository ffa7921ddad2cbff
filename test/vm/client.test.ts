import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { cpio, file } from "../../initrd/cpio.ts";
import { Client } from "../../qemu/client.ts";
import { newRun, openLan } from "../../qemu/lan.ts";
import { ensureRoot } from "../../qemu/roots.ts";

it("a client whose kernel dies of the emulation is started again, and what it said before does not count", async () => {
  const lan = await openLan(newRun());
  onTestFinished(() => lan.close());
  const initrd = join(lan.dir, "initrd.img");
  const init = `#!/bin/sh\nmount -t devtmpfs dev /dev\necho ready for orders\n
while read -r line; do echo "$line" >/dev/kmsg; done </dev/ttyS0\n`;
  const programs = ["sh", "mount"].map((name) => file(`bin/${name}`, readFileSync("/bin/busybox"), 0o755));
  writeFileSync(initrd, cpio([...programs, file("init", init, 0o755)]));
  const boot = join(await ensureRoot("bookworm", () => {}), "boot");
  const kernel = join(boot, String(readdirSync(boot).find((name) => name.startsWith("vmlinuz-"))));

  const client = await Client.powerOn(lan, {
    mac: "52:54:00:67:00:0e",
    direct: { kernel, initrd, cmdline: "console=ttyS0 quiet loglevel=7" },
  });
  await client.waitFor(/^ready for orders/);
  const again = client.waitFor(/^the second time/);
  client.type("int3: 0000 [#1] PREEMPT SMP NOPTI\n");
  client.type("Kernel panic - not syncing: Fatal exception\n");
  await vi.waitFor(() => expect(client.restarts).toBe(1));
  await client.waitFor(/^ready for orders/);
  client.type("the second time\n");
  await again;
  await client.kill();
});
