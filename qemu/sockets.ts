/** The ports that a /proc/net/{tcp,udp}[6] table shows to be listening (TCP) or open without a peer (UDP). */
export function listeningPorts(table: string): Set<number> {
  const ports = new Set<number>();
  for (const line of table.split("\n").slice(1)) {
    const [, local = "", , state = ""] = line.trim().split(/\s+/);
    if (state === listening.tcp || state === listening.udp)
      ports.add(Number.parseInt(local.split(":")[1] ?? "", 16));
  }
  return ports;
}

/** Socket states as the kernel numbers them (include/net/tcp_states.h); an unconnected UDP socket is "closed". */
const listening = { tcp: "0A", udp: "07" };
