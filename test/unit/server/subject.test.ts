import { describe, expect, test } from "vitest";
import { type SubjectOptions, subjectOf } from "../../../server/subject.ts";

test.each<[SubjectOptions, object]>([
  [{}, { side: "client", applet: "init" }],
  [{ mac: "52-54-00-AB-CD-EF" }, { side: "client", applet: "init", mac: "52:54:00:ab:cd:ef" }],
  [{ ip: "10.0.1.20" }, { side: "client", applet: "init", ip: "10.0.1.20", prefixLength: 24 }],
  [{ ip: "10.0.1.20/16" }, { side: "client", applet: "init", ip: "10.0.1.20", prefixLength: 16 }],
  [{ hostname: "pc01.lan" }, { side: "client", applet: "init", hostname: "pc01.lan" }],
  [{ server: true }, { side: "server" }],
  [
    { server: true, applet: "image" },
    { side: "server", applet: "image" },
  ],
  [{ applet: "ipxe" }, { side: "server", applet: "ipxe" }],
  [{ applet: "initrd-bottom" }, { side: "client", applet: "initrd-bottom" }],
  [
    { cmdline: 'quiet ltsp.hostname="pc 1"' },
    {
      side: "client",
      applet: "init",
      cmdline: new Map([
        ["quiet", ""],
        ["ltsp.hostname", "pc 1"],
      ]),
    },
  ],
])("%j is %j", (options, subject) => {
  expect(subjectOf(options)).toEqual(subject);
});

describe("a wrong one is wrong usage, and the message shows a right one", () => {
  test.each<[SubjectOptions, RegExp]>([
    [{ mac: "52:54:00:12:34" }, /--mac 52:54:00:12:34: .*six pairs.*--mac 52:54:00:12:34:56/],
    [{ ip: "192.168.67" }, /--ip 192.168.67: .*--ip 192\.168\.67\.20/],
    [{ ip: "192.168.67.20/33" }, /prefix is not 1 to 32/],
    [{ ip: "192.168.67.20/0" }, /prefix is not 1 to 32/],
    [{ ip: "192.168.67.20/" }, /--ip 192\.168\.67\.20, or --ip 10\.0\.1\.20\/16/],
    [{ hostname: "pc_01" }, /--hostname pc_01: .*--hostname pc01/],
    [{ hostname: "pc01." }, /--hostname pc01/],
    [{ applet: "iniit" }, /no such applet.*init/],
  ])("%j", (options, message) => {
    expect(() => subjectOf(options)).toThrow(expect.objectContaining({ kind: "usage" }));
    expect(() => subjectOf(options)).toThrow(message);
  });
});
