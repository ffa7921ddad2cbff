import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRoom, type Room } from "./room.ts";

const macs = ["52:54:00:67:00:21", "52:54:00:67:00:22"] as const;

let room: Room;
beforeAll(async () => {
  room = await openRoom(`
[52:54:00:67:00:21]
HOSTNAME=left

[52:54:00:67:00:*]
HOSTNAME=right
`);
});
afterAll(() => room?.close());

it("waits for an NFS server that comes up late; two clients are two machines", {
  timeout: 600_000,
}, async () => {
  await room.servers.nfs.stop();
  const clients = await Promise.all(macs.map((mac) => room.powerOn({ mac, memoryMb: 1024 })));
  await Promise.all(
    clients.map((client) => client.waitFor(/ltsp: root: .*trying again \(\d+ of 120 s\)/, 180)),
  );
  await sleep(5_000);
  await room.servers.nfs.start();

  await Promise.all(clients.map((client) => client.login(300)));
  const identities = await Promise.all(
    clients.map(async (client) => ({
      hostname: await client.ask("hostname"),
      machineId: await client.ask("cat /etc/machine-id"),
      address: await client.ask("hostname -I || ip -4 -o addr show scope global"),
    })),
  );
  expect(identities.map(({ hostname }) => hostname)).toEqual(["left", "right"]);
  expect(new Set(identities.map(({ machineId }) => machineId)).size).toBe(2);
  expect(new Set(identities.map(({ address }) => address)).size).toBe(2);
  for (const { machineId } of identities) expect(machineId).toMatch(/^[0-9a-f]{32}$/);
});
