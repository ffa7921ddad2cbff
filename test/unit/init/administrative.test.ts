import { expect, test } from "vitest";
import { mountShared } from "../../../init/administrative.ts";
import { parseSource } from "../../../init/source.ts";
import { clientWith } from "../client/client.ts";

test.each([
  "nfs://192.168.67.1/srv/ltsp/images/lab.img",
  "nbd://192.168.67.1/lab",
  "nfs://192.168.67.1/srv/ltsp/lab/,,nfs://192.168.67.1/srv/ltsp/base/",
])(
  "ADMINISTRATIVE_CLIENT with %s, which cannot be written to, is refused with a warning of what to write",
  async (image) => {
    const client = clientWith("[clients]\nADMINISTRATIVE_CLIENT=1\n");
    expect(await mountShared(client, parseSource(image))).toBe(false);
    expect(client.warnings).toEqual([
      expect.stringMatching(
        /^ltsp\.conf:2:1: .* is no directory over NFS.*ltsp\.image=nfs:\/\/SERVER\/DIRECTORY\/"/,
      ),
    ]);
  },
);
