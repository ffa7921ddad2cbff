import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { reach } from "../../../init/reach.ts";

test("a server that listens is reached; one that does not is told apart, with what to look at", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  reach("127.0.0.1", port, "nfs://127.0.0.1/x.img", "the NFS server");
  server.close();
  await once(server, "close");
  expect(() => reach("127.0.0.1", port, "nfs://127.0.0.1/x.img", "the NFS server")).toThrow(
    `nfs://127.0.0.1/x.img: port ${port}: the server is up, but nothing listens there. Is the NFS server running on 127.0.0.1, and does a firewall let TCP port ${port} through?`,
  );
});
