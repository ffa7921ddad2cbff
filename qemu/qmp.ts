import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What QEMU's monitor tells: `{event: "SHUTDOWN", data: {guest, reason}}` and the like. */
export interface QmpEvent {
  event: string;
  data?: { guest?: boolean; reason?: string };
}

/** QEMU's machine protocol (docs/interop/qmp-spec in QEMU): commands in, events out, a JSON text a line. */
export class Qmp {
  private constructor(private readonly socket: Socket) {}

  /** The socket is there soon after QEMU has started. */
  static async connect(path: string, onEvent: (event: QmpEvent) => void): Promise<Qmp> {
    const socket = await connectSoon(path);
    let rest = "";
    socket.on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line);
        if ("event" in message) onEvent(message);
      }
    });
    socket.on("error", () => {}); // QEMU is gone: its end is noticed by its process
    const qmp = new Qmp(socket);
    qmp.execute("qmp_capabilities");
    return qmp;
  }

  execute(command: string): void {
    this.socket.write(`${JSON.stringify({ execute: command })}\n`);
  }

  close(): void {
    this.socket.destroy();
  }
}

async function connectSoon(path: string): Promise<Socket> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await connect(path);
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(50);
    }
  }
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => resolve(socket));
    socket.once("error", reject);
  });
}
