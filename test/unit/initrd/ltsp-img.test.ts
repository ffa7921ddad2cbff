import { expect, test } from "vitest";
import { parseConf } from "../../../conf/parse.ts";
import { ltspImg } from "../../../initrd/ltsp-img.ts";

const certificate = "-----BEGIN CERTIFICATE-----\nAAAAcertificate\n-----END CERTIFICATE-----\n";

test("clients get their sections, accounts, the server's host keys and epoptes' certificate, and nothing of [server]", () => {
  const archive = ltspImg({
    conf: parseConf("[server]\nNAT=1\n[clients]\nDNS_SERVER=192.168.67.1\n", "ltsp.conf"),
    files: [{ path: "hooks/x", data: Buffer.from("echo hook\n"), mode: 0o755 }],
    passwd: "ann:x:1000:1000::/home/ann:/bin/bash\n",
    group: "",
    hostKeys: ["ssh-ed25519 AAAAkey root@srv\n"],
    epoptesCertificate: `${certificate}-----BEGIN PRIVATE KEY-----\nAAAAsecret\n-----END PRIVATE KEY-----\n`,
    hostname: "srv",
  }).toString("latin1");
  for (const text of [
    "DNS_SERVER=192.168.67.1",
    "etc/ltsp/hooks/x\0",
    "echo hook",
    "ann:x:1000",
    "etc/ltsp/server/epoptes.crt\0",
    certificate,
    "server,srv ssh-ed25519 AAAAkey\n",
  ]) {
    expect(archive).toContain(text);
  }
  for (const text of ["NAT=1", "AAAAsecret"]) expect(archive).not.toContain(text);
});
