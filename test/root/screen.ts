import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A screen that nobody sees, for programs in a root as well: an X server has a socket that no chroot hides. */
export interface Screen {
  /** As in $DISPLAY. */
  display: string;
  /** The colour that most of it has, as #rrggbb. */
  colour(): string;
}

/** A screen of this machine's Xvfb, which is gone after the test. */
export async function openScreen(): Promise<Screen> {
  const directory = mkdtempSync(join(tmpdir(), "ltsp-screen-"));
  const size = ["-screen", "0", "640x480x24", "-fbdir", directory];
  const server = spawn("Xvfb", [...size, "-displayfd", "1"], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(async () => {
    const ended = once(server, "close");
    server.kill();
    await ended;
    rmSync(directory, { recursive: true });
  });
  const [number] = await once(server.stdout, "data");
  return {
    display: `:${String(number).trim()}`,
    colour: () => mostFrequent(pixels(readFileSync(join(directory, "Xvfb_screen0")))),
  };
}

/** The colours of a picture in xwd's format (X11/XWDFile.h), whose pixels are 32 bits: blue, green, red, nothing. */
function pixels(xwd: Buffer): string[] {
  const headerSize = xwd.readUInt32BE(0);
  const colourMapSize = xwd.readUInt32BE(76) * 12;
  const picture = xwd.subarray(headerSize + colourMapSize);
  return Array.from({ length: xwd.readUInt32BE(16) * xwd.readUInt32BE(20) }, (_, at) => {
    const rgb = picture.readUIntLE(at * 4, 3);
    return `#${rgb.toString(16).padStart(6, "0")}`;
  });
}

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[most] = [""]] = [...counts].sort(([, a], [, b]) => b - a);
  return most;
}
