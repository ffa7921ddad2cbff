import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure } from "../conf/failure.ts";
import { type CpioEntry, cpio, file } from "../initrd/cpio.ts";
import { modinfo } from "../initrd/modinfo.ts";
import { moduleName, readIndex } from "../initrd/module-index.ts";
import { needFirmware } from "../initrd/module-table.ts";
import { filterIndex, pickModules } from "../initrd/pick-modules.ts";
import { compressions, readDecompressed } from "./decompress.ts";
import { readDistributionInitrd } from "./distribution-initrd.ts";
import { withTemporaryDirectory } from "./files.ts";
import type { Kernel } from "./find-kernel.ts";
import type { RootFiles } from "./root-files.ts";

interface Module {
  /** As in modules.dep. */
  path: string;
  content: Buffer;
  /** Names of the firmware files it may ask for. */
  firmware: string[];
}

/** What clients fetch of a kernel's modules, before its compression. */
export interface ModulePacks {
  /** modules.img: what a PC can need, with the index of both packs. */
  common: Buffer;
  /** modules-rare.img: the drivers of cards that only servers have, and what only they need. */
  rare: Buffer;
}

/**
 * The modules that a netboot can need of a kernel's, and the firmware they name; with those of its distribution's initrd, if
 * the kernel has that.
 */
export async function modulePacks(kernel: Kernel, files: RootFiles): Promise<ModulePacks> {
  const text = (name: string) => {
    const path = join(kernel.modules, `modules.${name}`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const texts = { dep: text("dep"), softdep: text("softdep"), alias: text("alias") };
  return withTemporaryDirectory(async (scratch) => {
    const own =
      kernel.initrd === undefined ? undefined : await readDistributionInitrd(kernel.initrd, kernel.version);
    const picked = pickModules(readIndex(texts), own?.modules);
    const wanted = await readModules(kernel, [...picked.common, ...picked.rare], files, scratch);
    const firmware = await readFirmware(
      wanted.flatMap((module) => module.firmware),
      files,
      scratch,
    );
    const usable = wanted.filter(
      ({ path, firmware: names }) =>
        !needFirmware.has(moduleName(path)) || names.some((name) => firmware.has(name)),
    );
    // One index for both: to modprobe, a driver that was not fetched is one that is not there, and that is no error.
    const index = filterIndex(
      texts,
      usable.map(({ path }) => path),
    );
    const indexFiles = Object.entries({ ...index, builtin: text("builtin") }).map(([name, lines]) =>
      file(`${directoryOf(kernel)}/modules.${name}`, lines),
    );

    const isCommon = ({ path }: Module) => picked.common.includes(path);
    const common = entries(kernel, usable.filter(isCommon), firmware);
    const there = new Set(common.map(({ path }) => path));
    const rare = entries(
      kernel,
      usable.filter((module) => !isCommon(module)),
      firmware,
    );
    return {
      common: cpio([...(own?.files ?? []), ...common, ...indexFiles]),
      rare: cpio(rare.filter(({ path }) => !there.has(path))),
    };
  });
}

/** Debian's /lib is a link to /usr/lib; in the initramfs it is a directory. */
function directoryOf(kernel: Kernel): string {
  return `lib/modules/${kernel.version}`;
}

/** Modules, decompressed, and the firmware they name. */
function entries(kernel: Kernel, modules: Module[], firmware: Map<string, Buffer>): CpioEntry[] {
  const names = new Set(modules.flatMap((module) => module.firmware));
  return [
    ...modules.map(({ path, content }) =>
      file(`${directoryOf(kernel)}/${path.replace(/\.ko\.\w+$/, ".ko")}`, content),
    ),
    ...[...firmware]
      .filter(([name]) => names.has(name))
      .map(([name, content]) => file(`lib/firmware/${name}`, content)),
  ];
}

async function readModules(
  kernel: Kernel,
  paths: string[],
  files: RootFiles,
  scratch: string,
): Promise<Module[]> {
  const sources = paths.map((path) => join(kernel.modules, path));
  await files.askExactly(sources.map((path) => relative(files.directory, path)));
  const absent = sources.find((path) => !existsSync(path));
  if (absent !== undefined) {
    throw new Failure(
      "missing",
      absent,
      "modules.dep names this module, but it is not there",
      `Reinstall the kernel's package, or: depmod ${kernel.version}`,
    );
  }
  const contents = await readDecompressed(sources, scratch);
  return paths.map((path, index) => {
    const content = contents[index] ?? Buffer.alloc(0);
    return { path, content, firmware: modinfo(content, "firmware") };
  });
}

/** The firmware files of those names that the root has. A missing one is no error: few cards need theirs. */
async function readFirmware(
  names: string[],
  files: RootFiles,
  scratch: string,
): Promise<Map<string, Buffer>> {
  const plain = [...new Set(names)].filter((name) => !/[*?[]/.test(name) && !name.split("/").includes(".."));
  const places = (name: string) =>
    ["usr/lib", "lib"].flatMap((library) =>
      compressions.map((ending) => `${library}/firmware/${name}${ending}`),
    );
  await files.askExactly(plain.flatMap(places));
  const found = plain.flatMap((name) => {
    const path = places(name).find((place) => existsSync(join(files.directory, place)));
    return path === undefined ? [] : [{ name, path: join(files.directory, path) }];
  });
  const contents = await readDecompressed(
    found.map(({ path }) => path),
    scratch,
  );
  return new Map(found.map(({ name }, index) => [name, contents[index] ?? Buffer.alloc(0)]));
}
