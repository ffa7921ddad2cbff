import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type CpioEntry, cpio, file } from "../initrd/cpio.ts";
import { modinfo } from "../initrd/modinfo.ts";
import { readIndex } from "../initrd/module-index.ts";
import { filterIndex, pickModules } from "../initrd/pick-modules.ts";
import { compressions, readDecompressed } from "./decompress.ts";
import { withTemporaryDirectory } from "./files.ts";
import type { Kernel } from "./find-kernel.ts";
import type { RootFiles } from "./root-files.ts";

/** modules.img before its compression: what a netboot can need of a kernel's modules, and the firmware they name. */
export async function modulePack(kernel: Kernel, files: RootFiles): Promise<Buffer> {
  const text = (name: string) => {
    const path = join(kernel.modules, `modules.${name}`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const texts = { dep: text("dep"), softdep: text("softdep"), alias: text("alias") };
  const picked = pickModules(readIndex(texts));
  const modules = picked.map((path) => join(kernel.modules, path));
  await files.askExactly(modules.map((path) => relative(files.directory, path)));

  return withTemporaryDirectory(async (scratch) => {
    const contents = await readDecompressed(modules, scratch);
    // Debian's /lib is a link to /usr/lib; in the initramfs it is a directory.
    const directory = `lib/modules/${kernel.version}`;
    const entries = picked.map((path, index) =>
      file(`${directory}/${path.replace(/\.ko\.\w+$/, ".ko")}`, contents[index] ?? Buffer.alloc(0)),
    );
    for (const [name, content] of Object.entries(filterIndex(texts, picked))) {
      entries.push(file(`${directory}/modules.${name}`, content));
    }
    entries.push(file(`${directory}/modules.builtin`, text("builtin")));
    const wanted = contents.flatMap((content) => modinfo(content, "firmware"));
    return cpio([...entries, ...(await firmware(wanted, files, scratch))]);
  });
}

/** The firmware files of that name that the root has; a name may hold globs, and a missing file is no error: few cards need theirs. */
async function firmware(names: string[], files: RootFiles, scratch: string): Promise<CpioEntry[]> {
  const places = [...new Set(names)].filter((name) => !/[*?[]/.test(name) && !name.split("/").includes(".."));
  const candidates = places.flatMap((name) => compressions.map((ending) => `lib/firmware/${name}${ending}`));
  await files.askExactly(candidates.flatMap((path) => [path, `usr/${path}`]));
  const found = places.flatMap((name) => {
    const paths = ["usr/lib", "lib"].flatMap((library) =>
      compressions.map((ending) => join(files.directory, library, "firmware", `${name}${ending}`)),
    );
    const path = paths.find((path) => existsSync(path));
    return path === undefined ? [] : [{ name, path }];
  });
  const contents = await readDecompressed(
    found.map(({ path }) => path),
    scratch,
  );
  return found.map(({ name }, index) => file(`lib/firmware/${name}`, contents[index] ?? Buffer.alloc(0)));
}
