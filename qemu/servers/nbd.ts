import { readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Lan } from "../lan.ts";
import { Daemon } from "./daemon.ts";

/** Swap for clients: a file of its own for each, which is gone with its connection. */
const swap = `[swap]
exportname = /var/tmp/ltsp-swap
filesize = 268435456
temporary = true
`;

/** Every image of the directory `images`, read-only: its current version under its name, the one before it; and swap. */
export function nbdConf(images: string, names: readonly string[]): string {
  const share = (name: string, file: string) =>
    `[${name}]\nexportname = ${images}/${file}\nreadonly = true\n`;
  const shares = names.flatMap((name) => [
    share(name, `${name}.img`),
    share(`${name}/previous`, `versions/${name}/previous/root.img`),
  ]);
  return `[generic]\nlistenaddr = 192.168.67.1\n${shares.join("")}${swap}`;
}

/** In the background: with -d, to stay in the foreground, nbd-server 3.24 serves one client and refuses the next. */
export function nbdServer(lan: Lan): Daemon {
  const conf = join(lan.dir, "nbd-server.conf");
  const files = readdirSync(join(lan.base, "images")).filter((name) => name.endsWith(".img"));
  const images = files.map((name) => basename(name, ".img"));
  writeFileSync(conf, nbdConf("/srv/ltsp/images", images));
  const pidFile = join(lan.dir, "nbd-server.pid");
  return new Daemon(lan.namespace, {
    name: "nbd-server",
    argv: ["nbd-server", "-C", conf, "-p", pidFile],
    pidFile,
    ports: [{ protocol: "tcp", port: 10809 }],
    log: join(lan.dir, "nbd-server.log"),
  });
}
