/**
 * `bun build --compile` puts the modules of a program behind it, each as text and as bytecode. Most of ltsp's are the
 * server's, of which a client's init runs none: 9 MB that take 1.3 MB of the runtime. The layout is Bun 1.3's
 * (src/StandaloneModuleGraph.zig): the modules' bytes; a record for each, of offsets and lengths in these bytes; where
 * the records are; and a trailer.
 */

const TRAILER = Buffer.from("\n---- Bun! ----\n", "latin1");
/** Of all bytes: their length (64 bits), the records' offset and length, and, as a record's number, the entry point. */
const OFFSETS_SIZE = 32;
/** Six spans and four bytes of kinds. */
const RECORD_SIZE = 52;

/** The module by which the entry point starts everything but init: server/cli.ts. */
const serverEntry = /\/cli-\w+\.js$/;

/** What stands in its place. */
const instead = `export function main(){process.stderr.write("ltsp: this is ltsp init alone, for the boot; the whole ltsp is on the server and in the booted system\\n");return 1}`;

interface Span {
  start: number;
  end: number;
}

interface Module {
  name: string;
  text: Span;
  bytecode: Span;
  /** Where its record is. */
  record: number;
}

/** A compiled program's modules, the entry point's first; none if it is not one of Bun's, or one of another layout. */
function modulesOf(program: Buffer): Module[] {
  const offsets = program.lastIndexOf(TRAILER) - OFFSETS_SIZE;
  if (offsets < 0) return [];
  const start = offsets - Number(program.readBigUInt64LE(offsets));
  const records = start + program.readUInt32LE(offsets + 8);
  const size = program.readUInt32LE(offsets + 12);
  const entry = program.readUInt32LE(offsets + 16);
  if (start < 0 || size % RECORD_SIZE !== 0 || records + size > offsets) return [];
  const modules = Array.from({ length: size / RECORD_SIZE }, (_, index): Module => {
    const record = records + index * RECORD_SIZE;
    const span = (at: number): Span => {
      const from = start + program.readUInt32LE(record + 8 * at);
      return { start: from, end: from + program.readUInt32LE(record + 8 * at + 4) };
    };
    const name = span(0);
    return {
      name: program.toString("latin1", name.start, name.end),
      text: span(1),
      bytecode: span(3),
      record,
    };
  });
  const isWhole = ({ name, text, bytecode }: Module) =>
    name.startsWith("/$bunfs/") && text.end <= records && bytecode.end <= records;
  const first = modules[entry];
  if (first === undefined || !modules.every(isWhole)) return [];
  return [first, ...modules.filter((module) => module !== first)];
}

/** A program's bytes with its modules that only the server needs blanked; the same bytes where there are none. */
export function trimModules(program: Buffer): Buffer {
  const modules = modulesOf(program);
  const server = modules.find(({ name }) => serverEntry.test(name));
  if (server === undefined) return program;
  const byName = new Map(modules.map((module) => [module.name, module]));
  const needed = new Set<Module>();
  const waiting = modules.slice(0, 1);
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (module === server || needed.has(module)) continue;
    needed.add(module);
    // Modules name each other by their whole names, wherever they import or require them.
    const text = program.toString("latin1", module.text.start, module.text.end);
    for (const [, name = ""] of text.matchAll(/"(\/\$bunfs\/[^"]+)"/g)) {
      const other = byName.get(name);
      if (other !== undefined) waiting.push(other);
    }
  }
  const trimmed = Buffer.from(program);
  for (const module of modules) if (!needed.has(module)) blank(trimmed, module);
  trimmed.write(instead.padEnd(server.text.end - server.text.start), server.text.start, "latin1");
  return trimmed;
}

/** Leaves nothing of a module but its name: no text, and neither bytecode nor what goes with it. */
function blank(program: Buffer, { text, bytecode, record }: Module): void {
  for (const { start, end } of [text, bytecode]) program.fill(0, start, end);
  for (const span of [3, 4]) program.writeBigUInt64LE(0n, record + 8 * span);
}
