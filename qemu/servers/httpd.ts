import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Lan } from "../lan.ts";
import { Daemon } from "./daemon.ts";

/** http://SERVER/ltsp/ is the TFTP tree, http://SERVER/images/ the images. */
export function httpd(lan: Lan): Daemon {
  const documents = join(lan.dir, "www");
  // Servers may be started again over the same files.
  rmSync(documents, { recursive: true, force: true });
  mkdirSync(documents);
  symlinkSync("/srv/tftp/ltsp", join(documents, "ltsp"));
  symlinkSync("/srv/ltsp/images", join(documents, "images"));
  return new Daemon(lan.namespace, {
    name: "httpd",
    argv: ["busybox", "httpd", "-f", "-p", "192.168.67.1:80", "-h", documents],
    ports: [{ protocol: "tcp", port: 80 }],
    log: join(lan.dir, "httpd.log"),
  });
}
