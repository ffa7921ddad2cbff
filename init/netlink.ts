// Messages of generic netlink (linux/netlink.h, linux/genetlink.h), in the machine's byte order: little-endian.

const HEADER = 16 + 4;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLMSG_ERROR = 2;
const NLA_F_NESTED = 0x8000;

/** An attribute: its type, and a number of 4 or 8 bytes, a text, or attributes in it. */
export type Attribute = { type: number } & (
  | { u32: number }
  | { u64: bigint }
  | { text: string }
  | { nested: Attribute[] }
);

function concat(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function payload(attribute: Attribute): Uint8Array {
  if ("nested" in attribute) return concat(attribute.nested.map(encode));
  if ("text" in attribute) return new TextEncoder().encode(`${attribute.text}\0`);
  const data = new Uint8Array("u64" in attribute ? 8 : 4);
  if ("u64" in attribute) new DataView(data.buffer).setBigUint64(0, attribute.u64, true);
  else new DataView(data.buffer).setUint32(0, attribute.u32, true);
  return data;
}

/** Header of 4 bytes (length without padding, type), payload, padding to 4. */
function encode(attribute: Attribute): Uint8Array {
  const data = payload(attribute);
  const out = new Uint8Array(4 + Math.ceil(data.length / 4) * 4);
  const view = new DataView(out.buffer);
  view.setUint16(0, 4 + data.length, true);
  view.setUint16(2, attribute.type | ("nested" in attribute ? NLA_F_NESTED : 0), true);
  out.set(data, 4);
  return out;
}

/** A request to a generic netlink family that is to be acknowledged. */
export function message(
  family: number,
  command: number,
  version: number,
  attributes: Attribute[],
): Uint8Array {
  const body = concat(attributes.map(encode));
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  view.setUint32(0, HEADER + body.length, true);
  view.setUint16(4, family, true);
  view.setUint16(6, NLM_F_REQUEST | NLM_F_ACK, true);
  view.setUint32(8, 1, true);
  header[16] = command;
  header[17] = version;
  return concat([header, body]);
}

/** An answer: `errno` is 0 for success and undefined where it is no acknowledgement; attributes by type. */
export interface Answer {
  errno: number | undefined;
  attributes: Map<number, Uint8Array>;
}

/** Reads the messages of one datagram. */
export function answers(datagram: Uint8Array): Answer[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const found: Answer[] = [];
  for (let at = 0; at + 16 <= datagram.length; ) {
    const length = view.getUint32(at, true);
    if (length < 16) break;
    const isError = view.getUint16(at + 4, true) === NLMSG_ERROR;
    const attributes = new Map<number, Uint8Array>();
    for (let a = at + HEADER; !isError && a + 4 <= at + length; ) {
      const size = view.getUint16(a, true);
      if (size < 4) break;
      attributes.set(view.getUint16(a + 2, true) & ~NLA_F_NESTED, datagram.subarray(a + 4, a + size));
      a += Math.ceil(size / 4) * 4;
    }
    // The kernel gives the errno with a minus sign.
    found.push({ errno: isError ? -view.getInt32(at + 16, true) : undefined, attributes });
    at += Math.ceil(length / 4) * 4;
  }
  return found;
}
