import { expect, test } from "vitest";
import { request } from "../../../init/device-mapper.ts";

const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

/** So many zeros, as C writes them with these structures of linux/dm-ioctl.h. */
const zeros = (bytes: number) => "00".repeat(bytes);
const name = Buffer.from("ltsp-image").toString("hex");

test("a table is laid out as the kernel reads it", () => {
  const target = { type: "verity", sectors: 0x123456789a, params: "1 /dev/x" };
  const [header, spec] = [312, 40];
  expect(hex(request("ltsp-image", 1, target))).toBe(
    [
      // dm_ioctl: version 4.0.0, size 368, data at 312, one target, no user yet, flags READONLY, event 0, device 0.
      `040000000000000000000000${"70010000"}${"38010000"}${"01000000"}${zeros(4)}${"01000000"}${zeros(16)}`,
      // Name, and uuid, of which there is none.
      `${name}${zeros(header - 48 - 10)}`,
      // dm_target_spec: from sector 0 on; length, status, next, type.
      `${zeros(8)}9a78563412000000${zeros(8)}${Buffer.from("verity").toString("hex")}${zeros(spec - 24 - 6)}`,
      // The parameters with their zero, padded to eight.
      `${Buffer.from("1 /dev/x").toString("hex")}${zeros(8)}`,
    ].join(""),
  );
});

test("a request without a table is the header, with room for an answer", () => {
  const asked = request("ltsp-image", 0, undefined, 8);
  expect(hex(asked.subarray(0, 32))).toBe(`040000000000000000000000${"40010000"}${"38010000"}${zeros(12)}`);
  expect(asked.length).toBe(320);
});
