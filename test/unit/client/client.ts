import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Client, Lease } from "../../../client/facts.ts";
import { evaluate } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";

/** A lease as DHCP gives it. */
export const lease: Lease = {
  card: "eth0",
  mac: "52:54:00:67:00:01",
  address: "192.168.67.20",
  prefixLength: 24,
  gateway: "192.168.67.1",
  dns: ["192.168.67.1"],
  search: ["lan.example"],
  hostname: undefined,
  server: "192.168.67.1",
  renewed: true,
};

/** A client, and the warnings that its concerns gave. */
export interface TestClient extends Client {
  warnings: string[];
}

/** The client that has this root, which is that of ltsp.conf and of a lease, with what a test wants changed in it. */
export function clientOf(root: string, run: string, conf: string, changed: Partial<Lease> = {}): TestClient {
  const settings = evaluate(parseConf(conf, "ltsp.conf"), {
    side: "client",
    mac: lease.mac,
    ip: lease.address,
    prefixLength: 24,
    applet: "init",
    server: lease.server,
  });
  const { hostname, server } = settings;
  const warnings: string[] = [];
  const warn: Client["warn"] = ({ message }) => warnings.push(message);
  return { root, run, settings, lease: { ...lease, ...changed }, hostname, server, warn, warnings };
}

/** A client with a root of its own that holds these files, and this ltsp.conf; the root is gone after the test. */
export function clientWith(
  conf: string,
  files: Record<string, string> = {},
  changed: Partial<Lease> = {},
): TestClient {
  const root = mkdtempSync(join(tmpdir(), "ltsp-test-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return clientOf(root, join(root, "run"), conf, changed);
}

/** A file of the client's root. */
export function fileOf({ root }: Client, path: string): string {
  return readFileSync(join(root, path), "utf8");
}
