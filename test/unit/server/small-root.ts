import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defaults, type Options } from "../../../server/options.ts";

/** A server's directories, and in `<base>/pc` a root of a few files, just enough for an image. */
export interface SmallServer {
  directory: string;
  options: Options;
  root: string;
  binary: string;
  /** Writes a file below the root. */
  put(path: string, content: string | Uint8Array): void;
  remove(): void;
}

export function smallServer(): SmallServer {
  const directory = mkdtempSync(join(tmpdir(), "server-"));
  const options = {
    ...defaults,
    base: join(directory, "base"),
    tftp: join(directory, "tftp"),
    conf: join(directory, "ltsp.conf"),
  };
  const root = join(options.base, "pc");
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  put("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  put("etc/os-release", "NAME=Small\n");
  put("usr/bin/true", "");
  put("boot/vmlinuz-6.1.0-9-amd64", "old kernel");
  put("boot/vmlinuz-6.1.0-50-amd64", "new kernel");
  for (const version of ["6.1.0-9-amd64", "6.1.0-50-amd64"]) {
    put(`usr/lib/modules/${version}/kernel/drivers/net/ethernet/e1000.ko`, `e1000 of ${version}`);
    const builtin = [
      "fs/nfs/nfs",
      "fs/squashfs/squashfs",
      "fs/overlayfs/overlay",
      "drivers/block/loop",
      "drivers/md/dm-verity",
    ];
    put(`usr/lib/modules/${version}/modules.builtin`, builtin.map((path) => `kernel/${path}.ko\n`).join(""));
    put(`usr/lib/modules/${version}/modules.dep`, "kernel/drivers/net/ethernet/e1000.ko:\n");
  }
  writeFileSync(options.conf, "");
  const binary = join(directory, "the ltsp");
  writeFileSync(binary, "ltsp itself", { mode: 0o700 });
  return {
    directory,
    options,
    root,
    binary,
    put,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
