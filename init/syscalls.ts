import { constants } from "node:os";

/** A system call that failed, with the errno's name ("ENOENT") as `code`, as Node's own errors have it. */
export class SystemCallError extends Error {
  override readonly name = "SystemCallError";
  constructor(
    readonly syscall: string,
    readonly path: string,
    readonly code: string,
  ) {
    super(`${syscall}: ${path}: ${code}`);
  }
}

// mount(2) flags, from linux/mount.h.
export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MS_NOATIME = 1024;
export const MS_BIND = 4096;
export const MS_MOVE = 8192;
const MNT_DETACH = 2;

// socket(2), from linux/socket.h and linux/netlink.h.
export const AF_INET = 2;
export const AF_NETLINK = 16;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const NETLINK_GENERIC = 16;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;

// kexec_file_load(2), which libc has no function for, on x86-64 (asm/unistd_64.h); reboot(2), from linux/reboot.h.
const SYS_KEXEC_FILE_LOAD = 320;
const LINUX_REBOOT_CMD_KEXEC = 0x45584543;

type CFunction = (...args: (number | bigint | string | Uint8Array | null)[]) => number;
interface Library {
  func(declaration: string): CFunction;
}
interface Koffi {
  load(library: string): Library;
  errno(): number;
}

const declarations = {
  mount:
    "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
  umount2: "int umount2(const char *target, int flags)",
  ioctl: "int ioctl(int fd, unsigned long request, _Inout_ void *argument)",
  socket: "int socket(int domain, int type, int protocol)",
  connect: "int connect(int fd, const void *address, unsigned int length)",
  setsockopt: "int setsockopt(int fd, int level, int name, const void *value, unsigned int length)",
  send: "long send(int fd, const void *data, size_t length, int flags)",
  recv: "long recv(int fd, _Out_ void *data, size_t length, int flags)",
  syscall:
    "long syscall(long number, int kernel, int initrd, unsigned long length, const char *cmdline, unsigned long flags)",
  reboot: "int reboot(int command)",
  readahead: "long readahead(int fd, long offset, size_t count)",
};

/**
 * koffi, libc and its functions. Kept for good: under Bun 1.3, an object of koffi's that is garbage collected
 * brings the whole program down (a finalizer that N-API does not allow).
 */
interface Libc {
  koffi: Koffi;
  library: Library;
  functions: Record<keyof typeof declarations, CFunction>;
}
let libc: Libc | undefined;

/** The path must be a literal, or the compiled binary would not carry the library. */
function load(): Libc {
  const koffi = require("@koromix/koffi-linux-x64/linux_x64/koffi.node") as Koffi;
  const library = koffi.load("libc.so.6");
  const functions = Object.entries(declarations).map(([name, declaration]) => [
    name,
    library.func(declaration),
  ]);
  return { koffi, library, functions: Object.fromEntries(functions) };
}

/** Calls libc, which is loaded at the first call: koffi unpacks itself to /tmp, which only a client's boot can afford. */
function call(
  name: keyof typeof declarations,
  path: string,
  ...args: (number | bigint | string | Uint8Array | null)[]
): number {
  libc ??= load();
  const result = libc.functions[name](...args);
  if (result < 0) throw new SystemCallError(name, path, errnoName(libc.koffi.errno()));
  return result;
}

/** The name of an errno number: 2 -> "ENOENT". */
export function errnoName(errno: number): string {
  const entry = Object.entries(constants.errno).find(([, number]) => number === errno);
  return entry?.[0] ?? `errno ${errno}`;
}

/** mount(2). Errors name the source, or the target where there is none that says anything. */
export function mount(source: string, target: string, type: string, flags = 0, data = ""): void {
  call("mount", source.includes("/") ? source : target, source, target, type, flags, data);
}

/** Takes a mount out of sight; what still uses it (an overlay, a loop device) keeps it alive. */
export function detach(target: string): void {
  call("umount2", target, target, MNT_DETACH);
}

/** ioctl(2); `argument` is read and written in place. */
export function ioctl(fd: number, path: string, request: number, argument: Uint8Array | null = null): number {
  return call("ioctl", path, fd, request, argument);
}

/** readahead(2): has bytes of an open file fetched, and does not wait for them. */
export function readAhead(fd: number, path: string, offset: number, count: number): void {
  call("readahead", path, fd, offset, count);
}

/** A new socket. */
export function socket(domain: number, type: number, protocol: number): number {
  return call("socket", "socket", domain, type, protocol);
}

/** Every wait on a socket ends after so many seconds with EAGAIN; 0: never. */
export function setPatience(fd: number, seconds: number): void {
  const timeval = new Uint8Array(16);
  new DataView(timeval.buffer).setBigInt64(0, BigInt(seconds), true);
  for (const option of [SO_RCVTIMEO, SO_SNDTIMEO])
    call("setsockopt", "socket", fd, SOL_SOCKET, option, timeval, timeval.length);
}

/** Connects a TCP or UDP socket to a dotted IPv4 address. */
export function connect(fd: number, address: string, port: number): void {
  const sockaddr = new Uint8Array(16);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port, false);
  sockaddr.set(address.split(".").map(Number), 4);
  call("connect", `${address}:${port}`, fd, sockaddr, sockaddr.length);
}

/** Sends all of `data`. */
export function send(fd: number, data: Uint8Array): void {
  for (let sent = 0; sent < data.length; )
    sent += call("send", "socket", fd, data.subarray(sent), data.length - sent, 0);
}

/** Receives up to `length` bytes: a datagram, or what a stream has; empty at a stream's end. */
export function receive(fd: number, length: number): Uint8Array {
  const data = new Uint8Array(length);
  return data.subarray(0, call("recv", "socket", fd, data, length, 0));
}

/** Gives the kernel another one to start, with its initramfs: open files, which it reads here and now. */
export function kexecFileLoad(kernel: number, initrd: number, cmdline: string): void {
  const length = Buffer.byteLength(cmdline) + 1;
  call("syscall", "kexec_file_load", SYS_KEXEC_FILE_LOAD, kernel, initrd, length, cmdline, 0);
}

/** Starts the kernel that has been loaded. Returns only if it cannot. */
export function rebootIntoLoaded(): void {
  call("reboot", "kexec", LINUX_REBOOT_CMD_KEXEC);
}
