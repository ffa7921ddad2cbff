import { Failure } from "../conf/failure.ts";

// From the NBD protocol (github.com/NetworkBlockDevice/nbd, doc/proto.md): all numbers are big-endian.
const NBDMAGIC = 0x4e42444d41474943n;
const IHAVEOPT = 0x49484156454f5054n;
const OPTION_REPLY = 0x3e889045565a9n;
const FLAG_FIXED_NEWSTYLE = 1;
const FLAG_NO_ZEROES = 2;
const OPT_GO = 7;
const REP_ACK = 1;
const REP_INFO = 3;
const REP_ERR_UNSUP = 0x80000001;
const REP_ERR_UNKNOWN = 0x80000006;
const INFO_EXPORT = 0;

/** Longer than any reply to what is asked here: a server that announces more speaks something else. */
const REPLY_MAX = 64 * 1024;

/** A connected socket. `read` returns exactly that many bytes. */
export interface Connection {
  read(length: number): Promise<Uint8Array> | Uint8Array;
  write(data: Uint8Array): Promise<void> | void;
}

/** What the server says of an export: its size in bytes, and its transmission flags for the kernel. */
export interface Export {
  size: bigint;
  flags: number;
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** The client's flags and NBD_OPT_GO for an export, with no information asked for beyond the usual. */
function request(exportName: string): Uint8Array {
  const name = new TextEncoder().encode(exportName);
  const message = new Uint8Array(4 + 16 + 4 + name.length + 2);
  const out = view(message);
  out.setUint32(0, FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES);
  out.setBigUint64(4, IHAVEOPT);
  out.setUint32(12, OPT_GO);
  out.setUint32(16, 4 + name.length + 2);
  out.setUint32(20, name.length);
  message.set(name, 24);
  return message;
}

/** What a server says beside an error's number, without what is no text. */
const reasonIn = (data: Uint8Array) => new TextDecoder().decode(data).replaceAll(/[^ -~]/g, "");

/**
 * Asks an NBD server for an export (fixed newstyle, NBD_OPT_GO: nbd-server since 3.10, nbdkit, qemu-nbd). After
 * it, the socket is in the transmission phase and can be given to the kernel. `name` is for messages.
 */
export async function handshake(connection: Connection, exportName: string, name: string): Promise<Export> {
  const invalid = (why: string) =>
    new Failure("invalid", name, why, "Is that the NBD server's port? nbd-server 3.10 or later is needed.");
  const hello = view(await connection.read(18));
  if (hello.getBigUint64(0) !== NBDMAGIC || hello.getBigUint64(8) !== IHAVEOPT)
    throw invalid("what answers there is no NBD server with named exports");
  if ((hello.getUint16(16) & FLAG_FIXED_NEWSTYLE) === 0) throw invalid("the NBD server is too old");
  await connection.write(request(exportName));

  let found: Export | undefined;
  for (;;) {
    const head = view(await connection.read(20));
    const [type, length] = [head.getUint32(12), head.getUint32(16)];
    if (head.getBigUint64(0) !== OPTION_REPLY || length > REPLY_MAX)
      throw invalid("its answer makes no sense");
    const data = length === 0 ? new Uint8Array() : await connection.read(length);
    if (type === REP_INFO && length >= 12 && view(data).getUint16(0) === INFO_EXPORT)
      found = { size: view(data).getBigUint64(2), flags: view(data).getUint16(10) };
    else if (type === REP_ACK && found !== undefined) return found;
    else if (type === REP_ERR_UNSUP) throw invalid("the NBD server is too old");
    else if (type === REP_ERR_UNKNOWN)
      throw new Failure(
        "missing",
        name,
        `the NBD server has no export "${exportName}"`,
        "On the server: give nbd-server an export of that name, as ltsp-init(8) shows it, and restart it when no client is on.",
      );
    else if (type !== REP_INFO)
      throw new Failure(
        "invalid",
        name,
        `the NBD server refuses it (${reasonIn(data) || `reply ${type.toString(16)}`})`,
        "On the server: is the file there that this export names, and may this client have it? See nbd-server's log.",
      );
  }
}
