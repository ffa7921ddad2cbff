/**
 * The values of one field ("firmware") in a module's .modinfo section, a list of NUL-ended `field=value`
 * (ELF-64, elf(5)). A file that is no such module has none.
 */
export function modinfo(module: Buffer, field: string): string[] {
  const text = section(module, ".modinfo")?.toString("latin1") ?? "";
  return text
    .split("\0")
    .filter((entry) => entry.startsWith(`${field}=`))
    .map((entry) => entry.slice(field.length + 1));
}

function section(elf: Buffer, wanted: string): Buffer | undefined {
  const isElf64 = elf.length >= 64 && elf.readUInt32BE(0) === 0x7f454c46 && elf[4] === 2;
  if (!isElf64) return undefined;
  const table = Number(elf.readBigUInt64LE(0x28));
  const [entrySize, count, namesIndex] = [
    elf.readUInt16LE(0x3a),
    elf.readUInt16LE(0x3c),
    elf.readUInt16LE(0x3e),
  ];
  if (table + count * entrySize > elf.length) return undefined;
  const header = (index: number) => elf.subarray(table + index * entrySize);
  const names = contents(elf, header(namesIndex));
  for (let index = 0; index < count; index++) {
    const start = header(index).readUInt32LE(0);
    if (names.toString("latin1", start, names.indexOf(0, start)) === wanted)
      return contents(elf, header(index));
  }
  return undefined;
}

function contents(elf: Buffer, header: Buffer): Buffer {
  const offset = Number(header.readBigUInt64LE(0x18));
  return elf.subarray(offset, offset + Number(header.readBigUInt64LE(0x20)));
}
