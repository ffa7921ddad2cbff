import type { Client } from "./client.ts";

const leave = "\x1d"; // Ctrl-]

/** Connect this terminal to a client's console until the client is off, or Ctrl-] is typed. */
export async function connectTerminal(client: Client): Promise<void> {
  const { input, output } = client.wire();
  const stdin = process.stdin;
  if (stdin.isTTY) stdin.setRawMode(true);
  const left = new Promise<void>((resolve) => {
    stdin.on("data", (keys: Buffer) => (keys.toString().includes(leave) ? resolve() : input?.write(keys)));
    stdin.once("end", resolve);
  });
  output?.on("data", (text) => process.stdout.write(text));
  stdin.resume();
  input?.write("\n"); // for a fresh prompt
  await Promise.race([left, client.off]);
  if (stdin.isTTY) stdin.setRawMode(false);
  stdin.pause();
}
