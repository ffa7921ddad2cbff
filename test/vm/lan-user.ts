import { readlinkSync } from "node:fs";
import { Client } from "../../qemu/client.ts";
import { newRun, openLan, startServers } from "../../qemu/lan.ts";

// A process to be killed by lan.test.ts: it brings a LAN with a client up, says where, and waits for its end.
const lan = await openLan(newRun());
await startServers(lan).catch(() => {}); // nothing to serve over NBD: the others run
await Client.powerOn(lan, { mac: "52:54:00:67:00:41" });
process.stdout.write(
  `${JSON.stringify({ dir: lan.dir, net: readlinkSync(`/proc/${lan.namespace.pid}/ns/net`) })}\n`,
);
setInterval(() => {}, 1000);
