import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure } from "../conf/failure.ts";
import { cpio, file } from "../initrd/cpio.ts";
import { modinfo } from "../initrd/modinfo.ts";
import { moduleName, readIndex } from "../initrd/module-index.ts";
import { needFirmware } from "../initrd/module-table.ts";
import { filterIndex, pickModules } from "../initrd/pick-modules.ts";
import { compressions, readDecompressed } from "./decompress.ts";
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

/** modules.img before its compression: what a netboot can need of a kernel's modules, those added, and the firmware they name. */
export async function modulePack(kernel: Kernel, files: RootFiles, added: string[]): Promise<Buffer> {
  const text = (name: string) => {
    const path = join(kernel.modules, `modules.${name}`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const texts = { dep: text("dep"), softdep: text("softdep"), alias: text("alias") };
  return withTemporaryDirectory(async (scratch) => {
    const wanted = await readModules(kernel, pickModules(readIndex(texts), added), files, scratch);
    const firmware = await readFirmware(
      wanted.flatMap((module) => module.firmware),
      files,
      scratch,
    );
    const isUsable = ({ path, firmware: names }: Module) =>
      added.map(moduleName).includes(moduleName(path)) ||
      !needFirmware.has(moduleName(path)) ||
      names.some((name) => firmware.has(name));
    const modules = wanted.filter(isUsable);
    const index = filterIndex(
      texts,
      modules.map(({ path }) => path),
    );

    // Debian's /lib is a link to /usr/lib; in the initramfs it is a directory.
    const directory = `lib/modules/${kernel.version}`;
    return cpio([
      ...modules.map(({ path, content }) =>
        file(`${directory}/${path.replace(/\.ko\.\w+$/, ".ko")}`, content),
      ),
      ...Object.entries({ ...index, builtin: text("builtin") }).map(([name, lines]) =>
        file(`${directory}/modules.${name}`, lines),
      ),
      ...[...firmware].map(([name, content]) => file(`lib/firmware/${name}`, content)),
    ]);
  });
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
