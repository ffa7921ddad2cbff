import type { Client } from "../client/facts.ts";
import { Failure } from "../conf/failure.ts";
import { copyInto, inRam, type Progress, type RamFile } from "./ram.ts";

/** What the client does where its image cannot be in RAM. */
const ordinary = "so this client goes on needing its server";

/** IMAGE_TO_RAM cannot be done for a layer. */
export function staysOnServer({ settings, warn }: Client, why: string, remedy: string): void {
  warn(settings.failure("IMAGE_TO_RAM", `${why}, ${ordinary}`, remedy));
}

/**
 * Copies an image, `size` bytes of a file or a block device, into RAM, below `directory`. Undefined, and a warning, where it does not
 * fit: a client that runs from its server is of more use than one that does not run.
 */
export async function copyToRam(
  client: Client,
  image: string,
  name: string,
  size: number,
  directory: string,
  progress: Progress,
): Promise<RamFile | undefined> {
  try {
    return await inRam(name, size, directory, "", (fd) => copyInto(fd, image, name, size, progress));
  } catch (error) {
    if (!(error instanceof Failure && error.kind === "no-space")) throw error;
    staysOnServer(
      client,
      `${name}: ${error.why}`,
      "Give it more RAM, or write IMAGE_TO_RAM=0 in its section.",
    );
    return undefined;
  }
}
