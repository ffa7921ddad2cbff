import { expect, it } from "vitest";
import { missingPackages } from "../../../qemu/packages.ts";

it("finds what dpkg does not know and what is only half there", () => {
  const dpkg = "installed zstd\nconfig-files ovmf\n";
  expect(missingPackages(["zstd", "ovmf", "mmdebstrap"], dpkg)).toEqual(["ovmf", "mmdebstrap"]);
});
