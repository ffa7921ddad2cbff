import { describe, expect, test } from "vitest";
import { hosts } from "../../client/hostname.ts";
import { suites } from "../../qemu/roots.ts";
import { debianClient } from "./root.ts";

describe.each(suites)("%s", (suite) => {
  test("HOSTS_x: the C library finds the client, the server and the hosts of ltsp.conf", () => {
    const client = debianClient(suite, '[clients]\nHOSTNAME=pc01\nHOSTS_NAS="10.1.1.2 nas nas.example"');
    hosts(client);
    expect(client.ask("getent", "hosts", "nas.example")).toMatch(/^10\.1\.1\.2 /);
    expect(client.ask("getent", "hosts", "server")).toMatch(/^192\.168\.67\.1 /);
    expect(client.ask("getent", "ahostsv4", "pc01")).toMatch(/^127\.0\.1\.1 /);
  });
});
