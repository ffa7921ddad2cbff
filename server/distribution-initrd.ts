import { Failure } from "../conf/failure.ts";
import type { CpioEntry } from "../initrd/cpio.ts";
import { moduleName } from "../initrd/module-index.ts";
import { readInitramfs } from "./read-initramfs.ts";

/** What a client's hardware can need of its distribution's initrd. The rest of it is for another way to boot. */
export interface DistributionInitrd {
  /** The names of its modules. */
  modules: Set<string>;
  /** Firmware, and what is set for modules (modprobe.d(5)), with paths as in our initramfs. */
  files: CpioEntry[];
}

/** Where the initrds of distributions have, and where the client's busybox and kernel look for: */
const kept: readonly { from: RegExp; to: string }[] = [
  { from: /^(?:usr\/)?lib\/firmware\//, to: "lib/firmware/" },
  { from: /^(?:etc|usr\/lib|lib)\/modprobe\.d\/(?=[^/]+\.conf$)/, to: "etc/modprobe.d/" },
];

/** Reads a distribution's initrd that was made for this version of the kernel; fails with "invalid" for another's. */
export async function readDistributionInitrd(path: string, version: string): Promise<DistributionInitrd> {
  const entries = await readInitramfs(path);
  const inModules = entries.flatMap(({ path: name }) => {
    const [, of, file = ""] = /^(?:usr\/)?lib\/modules\/([^/]+)(?:\/(.*))?$/.exec(name) ?? [];
    return of === undefined ? [] : [{ of, file }];
  });
  const own = inModules.filter(({ of }) => of === version);
  if (own.length === 0) throw wrongKernel(path, version, new Set(inModules.map(({ of }) => of)));
  const modules = own.filter(({ file }) => /\.ko(\.\w+)?$/.test(file)).map(({ file }) => moduleName(file));
  const files = entries.flatMap((entry): CpioEntry[] => {
    const place = kept.find(({ from }) => from.test(entry.path));
    if (place === undefined || entry.type === "directory") return [];
    return [{ ...entry, path: entry.path.replace(place.from, place.to) }];
  });
  return { modules: new Set(modules), files };
}

function wrongKernel(path: string, version: string, others: Set<string>): Failure {
  return new Failure(
    "invalid",
    path,
    others.size === 0
      ? "it has no kernel modules"
      : `it was made for the kernel ${[...others].join(", ")}, and not for ${version}`,
    `Make it again, in the root: update-initramfs -c -k ${version}`,
  );
}
