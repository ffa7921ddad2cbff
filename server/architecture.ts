import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { headOf } from "./files.ts";
import type { RootFiles } from "./root-files.ts";

/** Machines by their number in an ELF header (e_machine, elf(5)). */
const machines: Readonly<Record<number, string>> = {
  3: "32-bit x86 (i386)",
  40: "32-bit ARM (armhf)",
  62: "x86-64",
  183: "64-bit ARM (arm64)",
  243: "RISC-V",
};
const X86_64 = 0x3e;

/** A program that every root has which clients can boot. */
const programs = ["usr/lib/systemd/systemd", "lib/systemd/systemd"];

/** Fails for a root of another kind of machine: what clients run of ours, in the initramfs and in the image, is for x86-64. */
export async function requireOurMachine(files: RootFiles): Promise<void> {
  await files.ask(programs);
  const program = programs.map((path) => join(files.directory, path)).find((path) => existsSync(path));
  const machine = program === undefined ? undefined : machineOf(program);
  if (machine === undefined || machine === X86_64) return;
  throw new Failure(
    "unsupported",
    files.source,
    `its programs are for ${machines[machine] ?? `another kind of machine (ELF machine ${machine})`}, and this ltsp boots PCs with x86-64 only`,
    "A Raspberry Pi can boot it over NFS by itself: see RPI_IMAGE in ltsp-kernel(8).",
  );
}

/** The machine that a program is for; undefined if it is none. */
function machineOf(program: string): number | undefined {
  const head = headOf(program, 20);
  return head.toString("latin1", 0, 4) === "\x7fELF" && head.length === 20
    ? head.readUInt16LE(18)
    : undefined;
}
