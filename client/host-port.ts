/** A host as a parameter names it: an address or a name, and a port if it says one. */
export interface HostPort {
  /** An IPv6 address is without brackets. */
  host: string;
  port: number | undefined;
}

const forms = [
  /^\[(?<host>[0-9a-f:.]+)\](?::(?<port>\d+))?$/i,
  /^(?<host>[\w.-]+)(?::(?<port>\d+))?$/,
  /^(?<host>[0-9a-f]*:[0-9a-f:.]*)$/i,
];

/** Reads `printserver`, `192.168.67.1:631`, `fd00::1`, `[fd00::1]:631`; undefined if it is none of these. */
export function readHostPort(text: string): HostPort | undefined {
  for (const form of forms) {
    const { host, port } = form.exec(text)?.groups ?? {};
    if (host !== undefined) return { host, port: port === undefined ? undefined : Number(port) };
  }
  return undefined;
}

/** The host as it stands before a `:port`: an IPv6 address in brackets. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
