import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { consoleUpdated } from "../../../client/updated.ts";
import { clientWith, type TestClient } from "./client.ts";

const made = "etc/console-setup/cached_setup_terminal.sh";
const setup = "etc/default/console-setup";

/** A client whose console-setup was configured, and then made its file, in these seconds. */
function clientOfSeconds(configured: number, cached: number): TestClient {
  const client = clientWith("", { [made]: "", [setup]: "", "etc/default/keyboard": "" });
  utimesSync(join(client.root, "etc/default/keyboard"), 1000, 1000);
  utimesSync(join(client.root, setup), configured, configured);
  utimesSync(join(client.root, made), cached, cached);
  return client;
}

const isNewer = ({ root }: TestClient) =>
  statSync(join(root, made)).mtimeMs > statSync(join(root, setup)).mtimeMs;

test("console-setup takes what it made within the second of its configuration for new", () => {
  const client = clientOfSeconds(2000, 2000);
  consoleUpdated(client);
  expect(isNewer(client)).toBe(true);
});

test("what is older than its configuration stays so, to be made anew", () => {
  const client = clientOfSeconds(2001, 2000);
  consoleUpdated(client);
  expect(isNewer(client)).toBe(false);
});
