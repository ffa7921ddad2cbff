import { existsSync, lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { resolvConf, resolver } from "../../../client/resolver.ts";
import { clientWith, fileOf, type TestClient } from "./client.ts";

const own = '[clients]\nDNS_SERVER="1.1.1.1, fd00::1"\nSEARCH_DOMAIN="school.example lan.example"\n';

/** Of the two steps one has something to do. */
function both(client: TestClient): void {
  resolver(client);
  resolvConf(client);
}

/** A client whose /etc/resolv.conf leads there. */
function linked(target: string, conf: string, files: Record<string, string> = {}): TestClient {
  const client = clientWith(conf, { "etc/empty": "", ...files });
  symlinkSync(target, `${client.root}/etc/resolv.conf`);
  return client;
}

const plainFile = ({ root }: TestClient) => lstatSync(`${root}/etc/resolv.conf`).isFile();

test("the resolvers are DHCP's, or those of ltsp.conf", () => {
  const dhcp = clientWith("");
  both(dhcp);
  expect(fileOf(dhcp, "etc/resolv.conf")).toMatch(/nameserver 192\.168\.67\.1\nsearch lan\.example\n$/);
  const ours = clientWith(own);
  both(ours);
  expect(fileOf(ours, "etc/resolv.conf")).toMatch(
    /nameserver 1\.1\.1\.1\nnameserver fd00::1\nsearch school\.example lan\.example\n$/,
  );
});

test("what is no address and no domain is left out, and told", () => {
  const client = clientWith('[clients]\nDNS_SERVER="1.1.1.1 router"\nSEARCH_DOMAIN="a/b"');
  both(client);
  expect(fileOf(client, "etc/resolv.conf")).toMatch(/\nnameserver 1\.1\.1\.1\nsearch lan\.example\n$/);
  expect(client.warnings).toEqual([
    expect.stringMatching(/ltsp\.conf:2.*"router" is no IP address/s),
    expect.stringMatching(/ltsp\.conf:3.*"a\/b" is no domain/s),
  ]);
});

test("the image's own resolv.conf stays where nobody names a resolver", () => {
  const client = clientWith("", { "etc/resolv.conf": "nameserver 9.9.9.9\n" }, { dns: [] });
  both(client);
  expect(fileOf(client, "etc/resolv.conf")).toBe("nameserver 9.9.9.9\n");
});

test("a resolv.conf that leads out of the root is replaced, not followed", () => {
  const client = linked("/run/nobody/resolv.conf", "");
  both(client);
  expect(plainFile(client)).toBe(true);
  expect(fileOf(client, "etc/resolv.conf")).toContain("nameserver 192.168.67.1");
});

const enabled = { "etc/systemd/system/dbus-org.freedesktop.resolve1.service": "" };

test.each(["../run/systemd/resolve/stub-resolv.conf", "/usr/lib/systemd/resolv.conf"])(
  "an image that uses systemd-resolved (%s) keeps using it, for all lookups, without the image's servers",
  (target) => {
    const client = linked(target, own, enabled);
    both(client);
    expect(fileOf(client, "run/systemd/resolved.conf.d/zz-ltsp.conf")).toBe(
      "[Resolve]\nDNS=\nDNS=1.1.1.1 fd00::1\nDomains=\nDomains=school.example lan.example ~.\n",
    );
    expect(plainFile(client)).toBe(false);
  },
);

test.each([
  ["is not enabled in the image", "", {}],
  ["ltsp.conf disables", '[clients]\nDISABLE_SYSTEM_SERVICES="cups systemd-resolved"\n', enabled],
  ["ltsp.conf masks", "[clients]\nMASK_SYSTEM_SERVICES=systemd-resolved.service\n", enabled],
])("a systemd-resolved that %s is not counted on", (_, conf, files) => {
  const client = linked("../run/systemd/resolve/stub-resolv.conf", conf, files);
  both(client);
  expect(plainFile(client)).toBe(true);
});

test("Debian's resolvconf has a record of the boot's resolvers, and the file until it starts", () => {
  const client = linked("../run/resolvconf/resolv.conf", own, { "etc/resolvconf/update.d/libc": "" });
  both(client);
  for (const file of ["run/resolvconf/interface/lo.ltsp", "run/resolvconf/resolv.conf"])
    expect(fileOf(client, file)).toContain("nameserver 1.1.1.1\nnameserver fd00::1\nsearch school.example");
  expect(plainFile(client)).toBe(false);
});

test("a resolvconf that is no longer installed is not counted on", () => {
  const client = linked("/run/resolvconf/resolv.conf", own);
  mkdirSync(`${client.root}/etc/resolvconf`);
  both(client);
  expect(plainFile(client)).toBe(true);
  expect(existsSync(`${client.root}/run/resolvconf`)).toBe(false);
});

test("a root that is shared gets what lies below /run, and nothing else", () => {
  const shared = linked("../run/systemd/resolve/stub-resolv.conf", own, enabled);
  resolver(shared);
  expect(fileOf(shared, "run/systemd/resolved.conf.d/zz-ltsp.conf")).toContain("DNS=1.1.1.1 fd00::1\n");
  const plain = clientWith(own, { "etc/resolv.conf": "nameserver 9.9.9.9\n" });
  resolver(plain);
  expect(fileOf(plain, "etc/resolv.conf")).toBe("nameserver 9.9.9.9\n");
});
