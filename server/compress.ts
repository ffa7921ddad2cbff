import { statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTemporaryDirectory } from "./files.ts";
import { run } from "./run.ts";
import { orNoSpace } from "./space.ts";

/**
 * Compresses an initramfs archive to the file `target`, which is not to be seen yet. As far as zstd goes: its
 * seconds are paid once, here, and every client's every boot gains; it unpacks as fast as any other level. Left alone,
 * zstd gives one CPU 32 MB of an archive, which is all of most kernels' modules; in pieces of 8 MiB, each with what is
 * before it for a dictionary, all CPUs work on it, and it comes out as small: 6.55 MB of 35.6, and the runtime 25.6 of 113.
 */
export async function compressTo(archive: Uint8Array, target: string): Promise<void> {
  await withTemporaryDirectory(async (directory) => {
    const plain = join(directory, "archive.cpio");
    orNoSpace(plain, () => writeFileSync(plain, archive));
    await run("zstd", ["-19", "-T0", "-B8MiB", "-q", "-f", plain, "-o", target], { writes: target });
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
