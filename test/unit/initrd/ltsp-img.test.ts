import { expect, test } from "vitest";
import { parseConf } from "../../../conf/parse.ts";
import { ltspImg } from "../../../initrd/ltsp-img.ts";

test("clients get their sections, accounts and the server's host keys, and nothing of [server]", () => {
  const archive = ltspImg({
    conf: parseConf("[server]\nNAT=1\n[clients]\nDNS_SERVER=192.168.67.1\n", "ltsp.conf"),
    files: [{ path: "hooks/x", data: Buffer.from("echo hook\n"), mode: 0o755 }],
    passwd: "ann:x:1000:1000::/home/ann:/bin/bash\n",
    group: "",
    hostKeys: ["ssh-ed25519 AAAAkey root@srv\n"],
    hostname: "srv",
  }).toString("latin1");
  for (const text of [
    "DNS_SERVER=192.168.67.1",
    "etc/ltsp/hooks/x\0",
    "echo hook",
    "ann:x:1000",
    "server,srv ssh-ed25519 AAAAkey\n",
  ]) {
    expect(archive).toContain(text);
  }
  expect(archive).not.toContain("NAT=1");
});
