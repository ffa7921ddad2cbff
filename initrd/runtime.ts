import { readFileSync } from "node:fs";
import { type CpioEntry, file } from "./cpio.ts";
import { shim } from "./shim.ts";
import { trimIcu } from "./trim-icu.ts";
import { trimModules } from "./trim-modules.ts";

/** Where a client's runtime comes from: paths on the server. */
export interface RuntimeParts {
  /** The compiled ltsp. */
  binary: string;
  busybox: string;
  /** The names of busybox's programs. */
  applets: readonly string[];
  /** The dynamic loader, by the path that is written into the binary. */
  loader: string;
  libraries: readonly string[];
}

/**
 * The shared libraries that the compiled binary names, and libstdc++ and libgcc_s, which the FFI in it needs once
 * it is unpacked.
 */
export const libraryNames = [
  "libc.so.6",
  "libdl.so.2",
  "libgcc_s.so.1",
  "libm.so.6",
  "libpthread.so.0",
  "libstdc++.so.6",
];

/** What runtime.img holds: /init, busybox, the compiled binary and its libraries. */
export function runtimeEntries(parts: RuntimeParts): CpioEntry[] {
  const program = (path: string, from: string) => file(path, readFileSync(from), 0o755);
  return [
    file("init", shim, 0o755),
    file("bin/ltsp", trimModules(trimIcu(readFileSync(parts.binary))), 0o755),
    program("bin/busybox", parts.busybox),
    ...parts.applets
      .filter((name) => !["busybox", "ltsp"].includes(name))
      .map((name): CpioEntry => ({ type: "symlink", path: `bin/${name}`, target: "busybox" })),
    // The kernel's own calls for a module go there.
    { type: "symlink", path: "sbin/modprobe", target: "../bin/busybox" },
    program(parts.loader.replace(/^\//, ""), parts.loader),
    // /lib is where every loader looks without being told.
    ...parts.libraries.map((library) => program(`lib/${library.replace(/.*\//, "")}`, library)),
    ...["dev", "etc", "proc", "root", "run", "sys"].map(
      (path): CpioEntry => ({ type: "directory", path, mode: 0o755 }),
    ),
    { type: "directory", path: "tmp", mode: 0o700 },
  ];
}
