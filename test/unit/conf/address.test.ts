import { isIP } from "node:net";
import { expect, test } from "vitest";
import { isAddress, isAnyAddress, isIPv6 } from "../../../conf/address.ts";

const texts = [
  ..."0.0.0.0 192.168.67.1 255.255.255.255 256.1.1.1 1.2.3 1.2.3.4. 01.2.3.4 1.2.3.4.5 1..2.3".split(" "),
  ...":: ::1 1:: 1::8 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1::3:4:5:6:7:8 FE80::AbCd".split(" "),
  ..."1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1::2::3 1:::2 : ::: 1: :1 12345::1 g::1 1:2:3:4:5:6:7:8:: ::1:".split(
    " ",
  ),
  ..."::1.2.3.4 ::ffff:192.168.67.1 1:2:3:4:5:6:1.2.3.4 1:2:3:4:5:6:7:1.2.3.4 ::1.2.3 1.2.3.4:: ::1.2.3.4:5".split(
    " ",
  ),
  ..."fe80::1%eth0 fe80::1% fe80::1%a/b fe80::1%eth0.5 %eth0 1.2.3.4%eth0 ::ffff:1.2.3.256".split(" "),
  ...["", " ", "::1 ", "printer", "1.2.3.4\n", "::1\n", "1::2:3:4:5:6:1.2.3.4", "1::2:3:4:5:1.2.3.4"],
];

test("an address is what node:net takes for one", () => {
  const found = texts.map((text) => [text, isAddress(text) ? 4 : isIPv6(text) ? 6 : 0]);
  expect(found).toEqual(texts.map((text) => [text, isIP(text)]));
});

test("random texts of the characters of addresses too", () => {
  const alphabet = ["::", ":", ".", "0", "1", "f", "25", "%", "1:2:3", "1.2.3.4"];
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let round = 0; round < 20_000; round += 1) {
    const text = Array.from({ length: 1 + random(9) }, () => alphabet[random(alphabet.length)]).join("");
    expect([text, isAnyAddress(text)]).toEqual([text, isIP(text) !== 0]);
  }
});
