import { statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTemporaryDirectory } from "./files.ts";
import { run } from "./run.ts";
import { orNoSpace } from "./space.ts";

/**
 * Compresses an initramfs archive to the file `target`, which is not to be seen yet. As far as zstd goes: its
 * seconds are paid once, here, and every client's every boot gains; it unpacks as fast as any other level. Left alone,
 * zstd gives one CPU 32 MB of an archive, which is all of most kernels' modules; with a smaller `piece` (bytes) all
 * CPUs work on it, and in pieces of 8 MiB they come out as small (6.55 MB of 35.6).
 */
export async function compressTo(archive: Uint8Array, target: string, piece = 0): Promise<void> {
  await withTemporaryDirectory(async (directory) => {
    const plain = join(directory, "archive.cpio");
    orNoSpace(plain, () => writeFileSync(plain, archive));
    await run("zstd", ["-19", "-T0", `-B${piece}`, "-q", "-f", plain, "-o", target], { writes: target });
    padToBlock(target);
  });
}

/**
 * Zeros up to a multiple of 512 bytes. The kernel skips zeros between archives, but takes an uncompressed archive
 * (ltsp.img) only where it starts at a multiple of 4, and UEFI's kernels put the files end to end.
 */
function padToBlock(path: string): void {
  truncateSync(path, Math.ceil(statSync(path).size / 512) * 512);
}
