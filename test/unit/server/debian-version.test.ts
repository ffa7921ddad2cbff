import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { compareVersions } from "../../../server/debian-version.ts";

const versions = [
  ...["6.1.0-9-amd64", "6.1.0-50-amd64", "6.10.1", "6.1", "6.1~rc1", "6.1.0-50-cloud-amd64", "6.1a", "6.1+b"],
  ...["6.12.43+deb13-amd64", "6.12.43-arch1-1", "5.15.0-1063-raspi", "6.1~", "6.1.0-050-amd64"],
];

test("versions are in the order that dpkg has them in", () => {
  for (const a of versions) {
    for (const b of versions.filter((version) => version < a)) {
      const operator = { "-1": "lt", "0": "eq", "1": "gt" }[String(Math.sign(compareVersions(a, b)))] ?? "";
      // Epoch 0 and revision -0 on both sides keep dpkg from reading the last "-" as a revision's start.
      expect(
        () => execFileSync("dpkg", ["--compare-versions", `0:${a}-0`, operator, `0:${b}-0`]),
        `${a} ${operator} ${b}`,
      ).not.toThrow();
    }
  }
});
