import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { Failure } from "../conf/failure.ts";
import { type BenchBoot, benchBoot } from "./bench-boots.ts";
import { imageMeasures, seconds } from "./bench-image.ts";
import { benchImage, ensureBenchRoot } from "./bench-root.ts";
import { type Measure, median, row, table } from "./bench-table.ts";
import { command } from "./command.ts";
import { ensureImage, fill, ltsp } from "./images.ts";
import { type LanFiles, newRun, openLan } from "./lan.ts";
import { needRoot, repo } from "./paths.ts";
import { ensurePeer, type Peer, peerBootSet, peerImage } from "./peer.ts";
import { inRoot } from "./roots.ts";
import { script } from "./script.ts";

const say = (what: string) => process.stderr.write(`${what}\n`);

interface Options {
  times: number;
  confOnly: boolean;
  imageOnly: boolean;
  json?: string;
}

await script("bench", async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.confOnly) return reportRows(await confMeasures(), options);
  needRoot("npm run bench");
  const conf = readFileSync(join(repo, "qemu/bench.conf"), "utf8");
  await ensureImage(await ensureBenchRoot(say), say);
  const ours = await filledRun(conf);
  const peer = await ensurePeer(conf, say);
  const images = await imageMeasures(join(ours.dir, "ltsp.conf"), peer, options.times, say);
  if (options.imageOnly) return reportRows(images, options);
  const applets = [...(await timeInitrd(ours, peer)), ...images];
  await peerBootSet(peer);
  const boots = await bootInTurn(options.times, ours, { ...newRun(), base: peer.base, tftp: peer.tftp });
  const all = [...bootMeasures(boots), ...sizeMeasures(ours, peer), ...applets, ...(await confMeasures())];
  report(all, boots, options);
});

/** The directories of our server, ready to be served again and again. */
async function filledRun(conf: string): Promise<LanFiles> {
  const run = newRun();
  const lan = await openLan(run);
  await fill(lan, [benchImage], conf);
  await lan.close();
  return run;
}

function parseOptions(argv: readonly string[]): Options {
  return new Command("npm run bench --")
    .description("Boot the same Debian 12 root with Debian's ltsp and with ours, in turn, and compare.")
    .option("--times <n>", "how often each", positive, 3)
    .option("--conf-only", "only how long a large ltsp.conf takes", false)
    .option("--image-only", "only how long ltsp image takes", false)
    .option("--json <file>", "write every value there too")
    .parse(argv, { from: "user" })
    .opts<Options>();
}

function positive(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Failure("usage", "--times", `${text} is not a number above 0`, "See: npm run bench -- --help");
}

type Boots = Record<"ours" | "peer", BenchBoot[]>;

/** In turn, so that a machine that gets slower or faster meanwhile does so for both. */
async function bootInTurn(times: number, ours: LanFiles, peer: LanFiles): Promise<Boots> {
  const boots: Boots = { ours: [], peer: [] };
  for (let time = 1; time <= times; time += 1) {
    for (const [name, files] of [
      ["ours", ours],
      ["peer", peer],
    ] as const) {
      const boot = await benchBoot(files);
      boots[name].push(boot);
      say(
        `${time} of ${times}, ${name}: systemd ${boot.kernelToSystemd.toFixed(1)} s, login ${boot.kernelToLogin.toFixed(1)} s`,
      );
    }
  }
  return boots;
}

function bootMeasures(boots: Boots): Measure[] {
  const measure = (what: string, unit: Measure["unit"], of: (boot: BenchBoot) => number): Measure => ({
    what,
    unit,
    ours: boots.ours.map(of),
    peer: boots.peer.map(of),
  });
  return [
    { ...measure("kernel to systemd", "s", (boot) => boot.kernelToSystemd), budget: { ratio: 0.25 } },
    measure("kernel to login", "s", (boot) => boot.kernelToLogin),
    measure("bytes until systemd", "MB", (boot) => boot.bytesToSystemd / 1e6),
    { ...measure("bytes until login", "MB", (boot) => boot.bytesToLogin / 1e6), budget: { ratio: 0.8 } },
    {
      ...measure("memory available at login", "MB", (boot) => boot.memoryAvailableMb),
      budget: { ratioAtLeast: 1 },
    },
  ];
}

function sizeMeasures(ours: LanFiles, peer: Peer): Measure[] {
  const mine = sizes(ours.tftp, [
    `${benchImage}/vmlinuz`,
    `${benchImage}/modules.img`,
    "runtime.img",
    "ltsp.img",
  ]);
  const theirs = sizes(peer.tftp, [`${peerImage}/vmlinuz`, `${peerImage}/initrd.img`, "ltsp.img"]);
  const total = (list: readonly number[]) => [list.reduce((sum, size) => sum + size, 0) / 1e6];
  const file = (what: string, size: number | undefined, other?: number): Measure => ({
    what,
    unit: "MB",
    ours: size === undefined ? [] : [size / 1e6],
    peer: other === undefined ? [] : [other / 1e6],
  });
  return [
    { what: "boot set", unit: "MB", ours: total(mine), peer: total(theirs), budget: { atMost: 40 } },
    file("  vmlinuz", mine[0], theirs[0]),
    file("  modules.img, peer: initrd.img", mine[1], theirs[1]),
    file("  runtime.img", mine[2]),
    {
      what: "  ltsp.img",
      unit: "KB",
      ours: [(mine[3] ?? 0) / 1024],
      peer: [(theirs[2] ?? 0) / 1024],
      budget: { atMost: 64 },
    },
  ];
}

function sizes(tftp: string, files: readonly string[]): number[] {
  return files.map((file) => statSync(join(tftp, "ltsp", file)).size);
}

/** Wall times of `ltsp initrd` after a change of ltsp.conf, five times. */
async function timeInitrd(ours: LanFiles, peer: Peer): Promise<Measure[]> {
  const initrd = { ours: [] as number[], peer: [] as number[] };
  const conf = join(ours.dir, "ltsp.conf");
  for (let time = 0; time < 5; time += 1) {
    for (const file of [conf, join(peer.tree, "etc/ltsp/ltsp.conf")])
      utimesSync(file, new Date(), new Date());
    initrd.ours.push(await seconds(() => ltsp(ours, conf, ["initrd"])));
    initrd.peer.push(await seconds(() => inRoot(peer.tree, ["ltsp", "initrd"])));
  }
  return [{ what: "ltsp initrd, ltsp.conf changed", unit: "s", ...initrd, budget: { atMost: 0.15 } }];
}

/** How long a large ltsp.conf takes, to be read and evaluated for one client; five processes each, since applets start cold. */
async function confMeasures(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const count of [5_000, 10_000, 20_000, 40_000]) {
    const ours: number[] = [];
    for (let time = 0; time < 5; time += 1)
      ours.push(Number(await command([process.execPath, join(repo, "qemu/bench-conf.ts"), String(count)])));
    const budget = count === 10_000 ? { budget: { atMost: 50 } } : {};
    measures.push({ what: `ltsp.conf of ${count} sections`, unit: "ms", ours, peer: [], ...budget });
  }
  return measures;
}

function reportRows(measures: readonly Measure[], options: Options): void {
  const rows = measures.map(row);
  process.stdout.write(`${table(rows)}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, undefined, 2)}\n`);
}

function report(measures: readonly Measure[], boots: Boots, options: Options): void {
  const rows = measures.map(row);
  const machine = `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, QEMU without hardware acceleration`;
  process.stdout.write(`Medians of ${options.times} boots on: ${machine}\n\n${table(rows)}\n\n`);
  const names = Object.keys(boots.ours[0]?.phases ?? {});
  const phases = names.map(
    (name) => [name, median(boots.ours.map((boot) => boot.phases[name] ?? Number.NaN))] as const,
  );
  for (const [name, time] of phases) process.stdout.write(`  ${name.padEnd(12)}${time.toFixed(2)} s\n`);
  if (options.json === undefined) return;
  const all = { machine, times: options.times, rows, phases: Object.fromEntries(phases), measures, boots };
  writeFileSync(options.json, `${JSON.stringify(all, undefined, 2)}\n`);
}
