/**
 * Bun carries ICU's data for every language on earth: 23 MB that take 7 MB of a runtime that speaks English on a
 * console. This blanks what only localized output needs. ICU checks each item's header before it uses it, so a
 * blank one is to it as one that is missing: it falls back to the root locale, as a build with "small ICU" does.
 * The layout is ICU's (icu4c/source/common/ucmndata.h and udata.cpp): a header, then a table of contents, sorted
 * by name, of offsets from the table to the names and to the items.
 */

/** UDataInfo.dataFormat of a package, at 12 in its header; the header's own magic is at 2. */
const FORMAT = Buffer.from("CmnD", "latin1");
const FORMAT_AT = 12;
const MAGIC = 0x27da;
const MAGIC_AT = 2;

/** Items that are only of use with a language other than the root's. */
const localized = /^icudt\w+\/(brkitr|coll|curr|lang|region|unit|zone)\/|^icudt\w+\/[a-z]{2,3}(_\w+)?\.res$/;

/** What every locale falls back to; dates and sorting work by it. */
const kept = /\/(root|pool|res_index|supplementalData)\.res$|\/ucadata\.icu$/;

interface Item {
  name: string;
  start: number;
}

/** The items of a package whose header is at `header`; empty if that is none. */
function items(binary: Buffer, header: number): Item[] {
  if (header < 0 || binary.readUInt16LE(header + MAGIC_AT) !== MAGIC) return [];
  const table = header + binary.readUInt16LE(header);
  const count = binary.readUInt32LE(table);
  // Data that happens to look like a header has a count of any size; ICU's has some thousands.
  if (table + 4 + count * 8 > binary.length) return [];
  return Array.from({ length: count }, (_, i) => {
    const name = table + binary.readUInt32LE(table + 4 + i * 8);
    return {
      name: binary.toString("latin1", name, binary.indexOf(0, name)),
      start: table + binary.readUInt32LE(table + 8 + i * 8),
    };
  });
}

/** A program's bytes with the localized part of its ICU data blanked; the same bytes where there is none. */
export function trimIcu(program: Buffer): Buffer {
  const found = items(program, program.indexOf(FORMAT) - FORMAT_AT);
  const trimmed = Buffer.from(program);
  for (const [index, { name, start }] of found.entries()) {
    const next = found[index + 1];
    // The last item's end is not told; it is one of the kept ones or small.
    if (next !== undefined && localized.test(name) && !kept.test(name)) trimmed.fill(0, start, next.start);
  }
  return trimmed;
}
