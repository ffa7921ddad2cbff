import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Export, handshake } from "../../../init/nbd-handshake.ts";

let directory: string;
let port: number;

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ltsp-test-"));
  writeFileSync(join(directory, "x.img"), Buffer.alloc(12 * 4096));
  port = await freePort();
  const conf = `[generic]\nport = ${port}\nlistenaddr = 127.0.0.1\n[x]\nexportname = ${directory}/x.img\nreadonly = true\n[gone]\nexportname = ${directory}/gone.img\nreadonly = true\n`;
  writeFileSync(join(directory, "conf"), conf);
  // In the background: with -d, nbd-server serves one client only.
  execFileSync("nbd-server", ["-C", join(directory, "conf"), "-p", join(directory, "pid")], {
    stdio: "ignore",
  });
  for (let tries = 0; tries < 50; tries++) {
    const up = await dial().catch(() => undefined);
    up?.destroy();
    if (up !== undefined) return;
    await sleep(100);
  }
});

afterAll(() => {
  process.kill(Number(readFileSync(join(directory, "pid"), "utf8")));
  rmSync(directory, { recursive: true });
});

async function dial(to = port): Promise<Socket> {
  const socket = connect(to, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** A handshake with a server over Node's sockets. */
async function ask(exportName: string, to = port): Promise<Export> {
  const socket = await dial(to);
  const parts: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]();
  let buffered = Buffer.alloc(0);
  try {
    return await handshake(
      {
        write: (data) => void socket.write(data),
        async read(length) {
          while (buffered.length < length) {
            const { value, done } = await parts.next();
            if (done) throw new Error("the server closed the connection");
            buffered = Buffer.concat([buffered, value]);
          }
          const data = buffered.subarray(0, length);
          buffered = buffered.subarray(length);
          return data;
        },
      },
      exportName,
      `nbd://127.0.0.1/${exportName}`,
    );
  } finally {
    socket.destroy();
  }
}

test("nbd-server tells the size of an export, and that it is read-only", async () => {
  const { size, flags } = await ask("x");
  expect(size).toBe(BigInt(12 * 4096));
  // NBD_FLAG_HAS_FLAGS and NBD_FLAG_READ_ONLY of the protocol.
  expect(flags & 3).toBe(3);
});

test("an export that is not there is a clear message", async () => {
  await expect(ask("y")).rejects.toThrow('nbd://127.0.0.1/y: the NBD server has no export "y"');
});

test("an export whose file is not there is a clear message", async () => {
  await expect(ask("gone")).rejects.toThrow(
    /^nbd:\/\/127\.0\.0\.1\/gone: the NBD server refuses it \(.+\)\. On the server: is the file there that this export names/,
  );
});

test("what is no NBD server is a clear message", async () => {
  const other = createServer((socket) => socket.write("220 mail.example ESMTP hello there\r\n")).listen(
    0,
    "127.0.0.1",
  );
  await once(other, "listening");
  const address = other.address();
  await expect(ask("x", typeof address === "object" ? address?.port : 0)).rejects.toThrow(
    "what answers there is no NBD server with named exports",
  );
  other.close();
});
