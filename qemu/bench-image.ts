import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { benchImage, benchRoot } from "./bench-root.ts";
import { type Measure, median } from "./bench-table.ts";
import { command } from "./command.ts";
import { ltsp } from "./images.ts";
import { type LanFiles, newRun } from "./lan.ts";
import { binary } from "./paths.ts";
import { type Peer, peerImage } from "./peer.ts";
import { inRoot } from "./roots.ts";

/** How long work takes, in seconds. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * `ltsp image` of the same root: the first one, which compresses the kernel's modules; the next ones, in turn with mksquashfs
 * alone; and the peer's (once: it takes minutes).
 */
export async function imageMeasures(
  conf: string,
  peer: Peer,
  times: number,
  say: (what: string) => void,
): Promise<Measure[]> {
  const site = newRun();
  const make = () => seconds(() => ltsp(site, conf, ["image", benchRoot]));
  const bare = await bareMksquashfs(site, conf);
  say("mksquashfs alone, for the disk's cache");
  await bare.run();
  say("ltsp image, ours");
  const first = await make();
  const again: number[] = [];
  const alone: number[] = [];
  for (let time = 0; time < times; time += 1) {
    alone.push(await seconds(bare.run));
    again.push(await make());
  }
  const sizes = [join(site.base, `images/${benchImage}.img`), bare.target].map(
    (file) => statSync(file).size / 1e6,
  );
  rmSync(site.dir, { recursive: true, force: true });
  say("ltsp image, the peer's");
  const theirs = await seconds(() => peerMakesImage(peer));
  const atMost = Number((1.05 * median(alone) + 1).toFixed(2));
  return [
    { what: "ltsp image, first", unit: "s", ours: [first], peer: [theirs] },
    {
      what: "ltsp image, again; peer: mksquashfs alone",
      unit: "s",
      ours: again,
      peer: alone,
      budget: { atMost },
    },
    { what: "  its size", unit: "MB", ours: sizes.slice(0, 1), peer: sizes.slice(1) },
  ];
}

/** mksquashfs of the same files with the same options, our program among them. */
async function bareMksquashfs(
  site: LanFiles,
  conf: string,
): Promise<{ target: string; run: () => Promise<unknown> }> {
  const plan: { excludes: string[] } = JSON.parse(
    await ltsp(site, conf, ["--json", "image", "--dry-run", benchRoot]),
  );
  const at = (name: string) => join(site.dir, name);
  const target = at("bare.img");
  writeFileSync(at("excludes"), plan.excludes.map((path) => `${path}\n`).join(""));
  writeFileSync(at("additions"), `usr/bin/ltsp l ${binary}\n`);
  const argv = [
    ...["mksquashfs", benchRoot, target, "-noappend", "-no-recovery", "-no-progress", "-quiet"],
    ...["-comp", "zstd", "-Xcompression-level", "3", "-b", "128K"],
    ...["-wildcards", "-ef", at("excludes"), "-pf", at("additions")],
  ];
  return { target, run: () => command(argv) };
}

/**
 * Without a loop device of this machine's kernel the peer's command fails after its image is made, where it would
 * make the boot set; that is made by peerBootSet.
 */
async function peerMakesImage(peer: Peer): Promise<void> {
  const image = join(peer.base, "images", `${peerImage}.img`);
  rmSync(image, { force: true });
  try {
    await inRoot(peer.tree, ["ltsp", "image", "/"]);
  } catch (error) {
    if (!existsSync(image)) throw error;
  }
}
