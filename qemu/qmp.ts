import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../conf/failure.ts";

/** What QEMU's monitor tells: `{event: "SHUTDOWN", data: {guest, reason}}` and the like. */
export interface QmpEvent {
  event: string;
  data?: { guest?: boolean; reason?: string };
}

interface QmpAnswer {
  error?: { desc: string };
}

/** QEMU's machine protocol (docs/interop/qmp-spec in QEMU): commands in, events out, a JSON text a line. */
export class Qmp {
  /** Commands are answered in their order. */
  private readonly waiting: ((answer: QmpAnswer) => void)[] = [];

  private constructor(private readonly socket: Socket) {}

  /** The socket is there soon after QEMU has started. */
  static async connect(path: string, onEvent: (event: QmpEvent) => void): Promise<Qmp> {
    const socket = await connectSoon(path);
    const qmp = new Qmp(socket);
    let rest = "";
    socket.on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line);
        if ("event" in message) onEvent(message);
        if ("return" in message || "error" in message) qmp.waiting.shift()?.(message);
      }
    });
    socket.on("error", () => {}); // QEMU is gone: its end is noticed by its process
    qmp.execute("qmp_capabilities");
    return qmp;
  }

  execute(command: string): void {
    this.send(command, {}, () => {});
  }

  /** Executes a command, and waits until it is done. */
  async complete(command: string, args: Readonly<Record<string, string>> = {}): Promise<void> {
    const { error } = await new Promise<QmpAnswer>((resolve) => this.send(command, args, resolve));
    if (error !== undefined) throw new Failure("system", `QEMU's monitor: ${command}`, error.desc);
  }

  private send(command: string, args: object, answered: (answer: QmpAnswer) => void): void {
    this.waiting.push(answered);
    this.socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
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
