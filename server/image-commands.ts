import { type Command, Option } from "commander";
import { parseFlag } from "./flag-option.ts";
import type { Options, Report } from "./options.ts";

/** What commander makes of the options of `ltsp image`. */
interface ImageOptions {
  all?: true;
  compression: "fast" | "normal" | "small";
  mksquashfsParams?: string;
  kernel?: string;
  kernelInitrd?: string;
  dryRun?: true;
  priority: "low" | "normal";
  cleanup: boolean;
}

const kernelHelp = "this kernel of the root's, and not the newest";
const kernelInitrdHelp =
  "where the kernel is, and the initrd whose modules to take too: 'boot/vmlinuz-* s|vmlinuz|initrd.img|'";

/** `ltsp image` and `ltsp kernel`. */
export function addImages(program: Command, options: () => Options, done: (report: Report) => void): void {
  program
    .command("image")
    .description("make an image of a root directory or a disk, and its boot files")
    .argument(
      "[name]",
      "NAME for <base-dir>/NAME or NAME.img, a directory, a disk, or / for this system; without, all in <base-dir>",
    )
    .option("--all", "without a NAME, make more than three images")
    .addOption(
      new Option("--compression <how>", "how much time is given to making the image small")
        .choices(["fast", "normal", "small"])
        .default("normal"),
    )
    .option("--mksquashfs-params <text>", "more options for mksquashfs, for instance '-comp xz'")
    .option("--kernel <version>", kernelHelp)
    .option("-k, --kernel-initrd <text>", kernelInitrdHelp)
    .option("--dry-run", "say what would be done, and do nothing")
    .addOption(
      new Option("--priority <low|normal>", "low: other programs on the server go first")
        .choices(["low", "normal"])
        .default("low"),
    )
    .addOption(
      new Option("--cleanup <0|1>", "leave out accounts, keys and other secrets, logs; 0 keeps them")
        .argParser(parseFlag)
        .default(true, "1"),
    )
    .action(async (name: string | undefined, own: ImageOptions) => {
      const [{ image }, { allRoots, several }, { goLast }, { compiledBinary }] = await Promise.all([
        import("./image.ts"),
        import("./several.ts"),
        import("./priority.ts"),
        import("./binary.ts"),
      ]);
      if (own.priority === "low") goLast();
      const { mksquashfsParams: params, compression, cleanup: cleanUp, kernel, kernelInitrd, dryRun } = own;
      const request = {
        binary: compiledBinary(),
        params,
        compression,
        cleanUp,
        kernel,
        kernelInitrd,
        dryRun,
      };
      const names = name === undefined ? allRoots(own.all === true, options()) : [name];
      done(await several(names, (argument) => image({ ...request, argument }, options())));
    });
  program
    .command("kernel")
    .description("make the boot files of an image: its newest kernel, and the modules a netboot needs")
    .argument("[name]", "as for ltsp image; of an image without a root directory, the image is read")
    .option("--all", "without a NAME, do so for more than three images")
    .option("--kernel <version>", kernelHelp)
    .option("-k, --kernel-initrd <text>", kernelInitrdHelp)
    .action(async (name: string | undefined, own: { all?: true; kernel?: string; kernelInitrd?: string }) => {
      const [{ kernel }, { allRoots, several }] = await Promise.all([
        import("./kernel.ts"),
        import("./several.ts"),
      ]);
      const names = name === undefined ? allRoots(own.all === true, options()) : [name];
      done(await several(names, (argument) => kernel(argument, options(), own.kernel, own.kernelInitrd)));
    });
}
