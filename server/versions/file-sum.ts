import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** The SHA-256 of a file that is still growing: of one part after the other. */
export class FileSum {
  readonly #path: string;
  readonly #hash = createHash("sha256");
  #at = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes in what is there up to this byte. */
  async upTo(end: number): Promise<void> {
    if (end <= this.#at) return;
    const part = createReadStream(this.#path, { start: this.#at, end: end - 1, highWaterMark: 1 << 20 });
    await pipeline(part, async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) this.#hash.update(piece);
    });
    this.#at = end;
  }

  /** Hex. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
