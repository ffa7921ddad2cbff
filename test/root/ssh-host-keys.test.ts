import { mkdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sshHostKeys } from "../../client/ssh-host-keys.ts";
import { suites } from "../../qemu/roots.ts";
import { debianClient } from "./root.ts";

const key = "/etc/ssh/ssh_host_ed25519_key";

describe.each(suites)("%s", (suite) => {
  test("OpenSSH takes the client's key for a right one, and has no other", () => {
    const client = debianClient(suite);
    sshHostKeys(client);
    const publicLine = readFileSync(`${client.root}${key}.pub`, "utf8").trim();
    expect(client.ask("ssh-keygen", "-y", "-f", key)).toBe(publicLine);
    expect(client.ask("ssh-keygen", "-l", "-f", key)).toMatch(/^256 SHA256:\S+ root@ltsp20 \(ED25519\)$/);
    const message =
      "ssh-keygen -q -Y sign -f $0 -n file /etc/hostname && ssh-keygen -Y check-novalidate -n file -s /etc/hostname.sig </etc/hostname";
    expect(client.ask("sh", "-c", message, key)).toContain("Good");
    mkdirSync(`${client.run}/sshd`);
    client.ask("/usr/sbin/sshd", "-t");
    expect(client.ask("/usr/sbin/sshd", "-T")).toContain(`hostkey ${key}`);
    expect(client.ask("sh", "-c", "ls /etc/ssh/ssh_host_*")).toBe(`${key}\n${key}.pub`);
  });

  test("no service of the image makes other keys", () => {
    const client = debianClient(suite);
    sshHostKeys(client);
    expect(client.exec("systemctl", "--root=/", "is-enabled", "sshd-keygen.service").output).toMatch(
      /^masked/,
    );
  });
});
