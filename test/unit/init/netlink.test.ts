import { expect, test } from "vitest";
import { answers, message } from "../../../init/netlink.ts";

const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

test("a request for a family's number is laid out as the kernel reads it", () => {
  // nlmsghdr: length 28, type 16 (GENL_ID_CTRL), flags REQUEST|ACK, sequence 1, port 0; genlmsghdr: command 3,
  // version 1; the attribute: length 8, type 2 (CTRL_ATTR_FAMILY_NAME), "nbd" with its zero.
  expect(hex(message(16, 3, 1, [{ type: 2, text: "nbd" }]))).toBe(
    "1c000000100005000100000000000000" + "03010000" + "080002006e626400",
  );
});

test("attributes nest, and are padded to four bytes", () => {
  const sockets = { type: 7, nested: [{ type: 1, nested: [{ type: 1, u32: 5 }] }] };
  expect(hex(message(30, 1, 1, [{ type: 2, text: "ab" }, { type: 2, u64: 4096n }, sockets])).slice(40)).toBe(
    "0700020061620000" + "0c0002000010000000000000" + "100007800c0001800800010005000000",
  );
});

test("answers give attributes, and the errno of a refusal", () => {
  const found = message(16, 1, 2, [{ type: 1, u32: 0x21 }]);
  const refusal = Buffer.alloc(36);
  refusal.writeUInt32LE(36, 0);
  refusal.writeUInt16LE(2, 4);
  refusal.writeInt32LE(-16, 16);
  const [first, second] = answers(Buffer.concat([found, refusal]));
  expect(first?.errno).toBeUndefined();
  expect(hex(first?.attributes.get(1) ?? new Uint8Array())).toBe("21000000");
  expect(second?.errno).toBe(16);
});
