import { describe, expect, it } from "vitest";
import { dnsmasqConf } from "../../../qemu/servers/dnsmasq.ts";
import { ganeshaConf } from "../../../qemu/servers/ganesha.ts";
import { nbdConf } from "../../../qemu/servers/nbd.ts";
import { listeningPorts } from "../../../qemu/sockets.ts";

describe("the LAN's servers", () => {
  it.each([
    ["a BIOS", "dhcp-boot=tag:!ipxe,tag:!uefi,ltsp/undionly.kpxe"],
    ["UEFI", "dhcp-boot=tag:!ipxe,tag:uefi,ltsp/snponly.efi"],
    ["an iPXE", "dhcp-boot=tag:ipxe,ltsp/ltsp.ipxe"],
  ])("dnsmasq has a boot file for %s", (_who, line) => {
    expect(dnsmasqConf("/x").split("\n")).toContain(line);
  });

  it("exports an image by its name over NBD, read-only, and the version before it", () => {
    expect(nbdConf("/srv/ltsp/images", ["bookworm"])).toContain(
      "[bookworm]\nexportname = /srv/ltsp/images/bookworm.img\nreadonly = true\n" +
        "[bookworm/previous]\nexportname = /srv/ltsp/images/versions/bookworm/previous/root.img\nreadonly = true\n",
    );
  });

  it("exports the base directory as /srv/ltsp over NFS, read-only", () => {
    const conf = ganeshaConf("/x");
    expect(conf).toMatch(/Path = "\/srv\/ltsp";\s+Pseudo = "\/srv\/ltsp";\s+Access_Type = RO;/);
  });

  it("knows a listening socket from a connection", () => {
    const table = `  sl  local_address rem_address   st tx_queue
   0: 0143A8C0:0801 00000000:0000 0A 00000000
   1: 0143A8C0:2A39 1443A8C0:D431 01 00000000
`;
    expect(listeningPorts(table)).toEqual(new Set([2049]));
  });
});
