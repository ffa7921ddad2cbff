import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ipxe } from "../../../server/ipxe.ts";
import { type SmallServer, smallServer } from "./small-root.ts";

let server: SmallServer;
let source = "";
beforeEach(() => {
  server = smallServer();
  source = join(server.directory, "ipxe");
  mkdirSync(source);
  mkdirSync(join(server.options.base, "images"));
  for (const name of ["undionly.kpxe", "snponly.efi"]) writeFileSync(join(source, name), name);
  for (const name of ["b.img", "a.img", ".a.img.4711.tmp"])
    writeFileSync(join(server.options.base, "images", name), "");
});
afterEach(() => server.remove());
const made = (name: string) => join(server.options.tftp, "ltsp", name);

test("the menu offers the images there are, beside iPXE for BIOS and UEFI", async () => {
  await ipxe("nfs", server.options, source);
  expect(readFileSync(made("ltsp.ipxe"), "utf8").match(/^item image-.*/gm)).toEqual([
    "item image-a a",
    "item image-b b",
  ]);
  expect(readFileSync(made("undionly.kpxe"), "utf8")).toBe("undionly.kpxe");
  expect(readFileSync(made("snponly.efi"), "utf8")).toBe("snponly.efi");
});

test("its own menu is replaced, one that was edited by hand only with --overwrite", async () => {
  await ipxe("nfs", server.options, source);
  await ipxe("http", server.options, source);
  writeFileSync(made("ltsp.ipxe"), readFileSync(made("ltsp.ipxe"), "utf8").replace("5000", "9000"));
  await expect(ipxe("nfs", server.options, source)).rejects.toThrow(/edited by hand.*ltsp --overwrite ipxe/);
  expect(readFileSync(made("ltsp.ipxe"), "utf8")).toContain("9000");
  await ipxe("nfs", { ...server.options, overwrite: true }, source);
  expect(readFileSync(made("ltsp.ipxe"), "utf8")).not.toContain("9000");
});

test("no images, or no iPXE: says what to do and writes nothing", async () => {
  rmSync(join(source, "snponly.efi"));
  await expect(ipxe("nfs", server.options, source)).rejects.toThrow(
    /iPXE is not installed.*apt install ipxe/,
  );
  rmSync(join(server.options.base, "images"), { recursive: true });
  await expect(ipxe("nfs", server.options, source)).rejects.toThrow(/no image.*ltsp image NAME/);
  expect(existsSync(made("ltsp.ipxe"))).toBe(false);
});

test("warnings about ltsp.conf come first, as lines and in --json", async () => {
  writeFileSync(server.options.conf, "[server]\nINCLUDE=nothing\nDEFAULT_IMAGE=c\n");
  const { lines, data } = await ipxe("nfs", server.options, source);
  const { conf } = server.options;
  expect(lines[0]).toMatch(new RegExp(`^warning: ${conf}:2:\\d+: .*nothing`));
  expect(lines[1]).toMatch(new RegExp(`^warning: ${conf}:3:\\d+: there is no image "c"`));
  expect(data.warnings).toEqual(lines.slice(0, 2).map((line) => line.replace("warning: ", "")));
});

test("an ltsp.conf with errors is refused, and the menu stays", async () => {
  await ipxe("nfs", server.options, source);
  const before = readFileSync(made("ltsp.ipxe"), "utf8");
  writeFileSync(server.options.conf, "[server]\nMENU_TIMEOUT=soon\n");
  await expect(ipxe("nfs", server.options, source)).rejects.toThrow(
    /1 error in it, so .*ltsp\.ipxe stays as it was\.[\s\S]*:2:\d+: error: MENU_TIMEOUT/,
  );
  expect(readFileSync(made("ltsp.ipxe"), "utf8")).toBe(before);
});
