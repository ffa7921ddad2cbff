/** Shows how far a step is. */
export interface Progress {
  at(percent: number): void;
  end(): void;
}

/** A bar on the terminal; where standard error is none, nothing. */
export async function progressBar(title: string): Promise<Progress> {
  if (!process.stderr.isTTY) return { at: () => {}, end: () => {} };
  const { SingleBar } = (await import("cli-progress")).default;
  const bar = new SingleBar({
    format: `${title} [{bar}] {percentage}%, {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: false,
    clearOnComplete: true,
  });
  bar.start(100, 0);
  return { at: (percent) => bar.update(percent), end: () => bar.stop() };
}
