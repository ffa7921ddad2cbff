import { dirname } from "node:path";
import { evaluate } from "../conf/evaluate.ts";
import { bootSizes, withBootFiles } from "./boot-files.ts";
import { readConf } from "./conf.ts";
import { makeDirectory } from "./files.ts";
import { kernelChoice } from "./kernel-initrd.ts";
import { withLock } from "./lock.ts";
import { placeOf } from "./names.ts";
import type { Options, Report } from "./options.ts";
import { linkPiFiles } from "./raspberry-pi.ts";
import { withRootFiles } from "./root-files.ts";
import { size } from "./space.ts";

/**
 * `ltsp kernel NAME`: a kernel of a root (or of its image), the newest unless `version` names one, and its modules, for
 * the clients to fetch. Of the root that RPI_IMAGE names, what Raspberry Pis fetch.
 */
export async function kernel(
  argument: string,
  options: Options,
  version?: string,
  kernelInitrd?: string,
): Promise<Report> {
  const place = placeOf(argument, options);
  const settings = evaluate(readConf(options.conf), { side: "server", applet: "kernel" });
  if (settings.get("RPI_IMAGE")?.trim() === place.name) return linkPiFiles(place, argument, options);
  const choice = kernelChoice(version, kernelInitrd, settings);
  return withRootFiles(place, argument, options, (files) => {
    makeDirectory(dirname(place.lock));
    return withLock(place.lock, `image ${place.name}`, () =>
      withBootFiles(place, files, choice, async (made, putAllInPlace) => {
        putAllInPlace();
        const sizes = bootSizes(made);
        return {
          lines: [
            `${made.vmlinuz}: kernel ${made.version}, ${size(sizes.vmlinuz)}`,
            `${made.modules}: ${size(sizes.modules)}`,
            `${made.modulesRare}: ${size(sizes.modulesRare)}, only for cards of servers and data centres`,
          ],
          data: {
            image: place.name,
            version: made.version,
            vmlinuz: made.vmlinuz,
            modules: made.modules,
            modulesRare: made.modulesRare,
            sizes,
          },
        };
      }),
    );
  });
}
