import { expect, it } from "vitest";
import { demoOptions } from "../../../qemu/demo-options.ts";
import { qemuCommand } from "../../../qemu/machine.ts";

const files = { tap: "tap1", qmp: "/x/qmp", vars: "/x/vars" };

it("orders a PC without a disk that boots from its card", () => {
  const argv = qemuCommand({ mac: "52:54:00:67:00:01", nic: "e1000", memoryMb: 1024 }, files).join(" ");
  expect(argv).toContain("-device e1000,netdev=lan,mac=52:54:00:67:00:01,bootindex=0");
  expect(argv).toContain("-m 1024");
  expect(argv).not.toContain("-drive");
});

it("gives the demo one BIOS client with an image over NFS, unless told otherwise", () => {
  expect(demoOptions([])).toEqual({
    keep: false,
    uefi: false,
    transport: "nfs",
    suite: "bookworm",
    clients: 1,
  });
  expect(demoOptions(["--clients", "2", "--transport", "nbd"])).toMatchObject({
    clients: 2,
    transport: "nbd",
  });
  expect(() => demoOptions(["--clients", "9"])).toThrow(/9 is not a number from 1 to 4/);
});
