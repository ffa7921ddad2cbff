import { existsSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { keyboard } from "../../../client/keyboard.ts";
import { clientWith, fileOf } from "./client.ts";

const debian = {
  "etc/default/keyboard":
    'XKBMODEL="pc105"\nXKBLAYOUT="fr"\nXKBVARIANT="oss"\nXKBOPTIONS=""\n\nBACKSPACE="guess"\n',
  "etc/console-setup/cached_setup_keyboard.sh": "",
  "etc/console-setup/cached_setup_font.sh": "",
  "etc/console-setup/cached_UTF-8_del.kmap.gz": "",
  "usr/lib/console-setup/keyboard-setup.sh": "",
  "usr/lib/xorg/Xorg": "",
  "usr/share/X11/xkb/symbols/de": 'partial\nxkb_symbols "nodeadkeys" {\n};\n',
  "usr/share/X11/xkb/symbols/us": "",
};
const file = "etc/default/keyboard";
const xFile = "etc/X11/xorg.conf.d/99-ltsp-keyboard.conf";
const unit = "run/systemd/system/keyboard-setup.service";

function clientOf(conf: string, files: Record<string, string> = debian) {
  const client = clientWith(`[clients]\n${conf}`, files);
  keyboard(client);
  return client;
}

test("Debian: the layout of ltsp.conf, without the variant of the image's other layout", () => {
  const client = clientOf("XKBLAYOUT=de,us\nXKBOPTIONS=grp:alt_shift_toggle");
  expect(fileOf(client, file)).toBe(
    'XKBMODEL="pc105"\n\nBACKSPACE="guess"\nXKBLAYOUT="de,us"\nXKBOPTIONS="grp:alt_shift_toggle"\nXKBVARIANT=""\n',
  );
  expect(client.warnings).toEqual([]);
});

test("a variant goes with the layout that stands at its place", () => {
  const client = clientOf("XKBLAYOUT=us,de\nXKBVARIANT=,nodeadkeys");
  expect(client.warnings).toEqual([]);
  expect(fileOf(client, xFile)).toContain('Option "XkbVariant" ",nodeadkeys"');
});

test("what is not set stays the image's", () => {
  const client = clientOf("XKBOPTIONS=ctrl:nocaps");
  expect(fileOf(client, file)).toContain('XKBLAYOUT="fr"\nXKBVARIANT="oss"\n');
  expect(fileOf(client, xFile)).toMatch(
    /MatchIsKeyboard "on"\n\tOption "XkbOptions" "ctrl:nocaps"\nEndSection/,
  );
});

test("the console does not get the keymap that the image had cached, and nothing else is made again", () => {
  const client = clientWith("[clients]\nXKBLAYOUT=de", debian);
  utimesSync(`${client.root}/${file}`, 1000, 1000);
  keyboard(client);
  expect(existsSync(`${client.root}/etc/console-setup/cached_setup_keyboard.sh`)).toBe(false);
  expect(existsSync(`${client.root}/etc/console-setup/cached_UTF-8_del.kmap.gz`)).toBe(false);
  expect(existsSync(`${client.root}/etc/console-setup/cached_setup_font.sh`)).toBe(true);
  expect(statSync(`${client.root}/${file}`).mtimeMs).toBe(1000_000);
  expect(fileOf(client, unit)).toContain("ExecStart=/usr/lib/console-setup/keyboard-setup.sh\n");
});

test("the console keymap is not made again for the layout that the image already has", () => {
  const client = clientOf("XKBLAYOUT=de", { ...debian, [file]: 'XKBLAYOUT="de"\n' });
  expect(existsSync(`${client.root}/etc/console-setup/cached_setup_keyboard.sh`)).toBe(true);
  expect(existsSync(`${client.root}/${unit}`)).toBe(false);
});

test("nothing is set: nothing is written", () => {
  const client = clientOf("");
  expect(fileOf(client, file)).toBe(debian[file]);
  expect(existsSync(`${client.root}/${xFile}`)).toBe(false);
});

test.each([
  ["XKBLAYOUT=xx", "the image knows no keyboard layout xx"],
  ["XKBLAYOUT=de,xx\nXKBVARIANT=,neo", "the image knows no keyboard layout xx"],
  ["XKBVARIANT=neo\nXKBLAYOUT=de", "the image's keyboard layout de has no variant neo"],
  ["XKBLAYOUT='de(neo)'", "XKBLAYOUT is left out: de's variant is written XKBVARIANT=neo"],
  ["XKBOPTIONS=nocaps", 'XKBOPTIONS is left out: "nocaps" is none'],
])("%s: the image's stays, and a warning", (conf, warning) => {
  const client = clientOf(conf);
  expect(client.warnings.join()).toContain(`ltsp.conf:2:1: ${warning}`);
  expect(fileOf(client, file)).toBe(debian[file]);
});

test("other distributions: vconsole.conf with the console's own name of the layout", () => {
  const client = clientOf("XKBLAYOUT=gb\nXKBMODEL=pc104", {
    "etc/vconsole.conf": "FONT=eurlatgr\nKEYMAP=us\n",
    "usr/share/systemd/kbd-model-map": "# console x\nuk\t\tgb\tpc105\t-\tterminate:ctrl_alt_bksp\n",
  });
  expect(fileOf(client, "etc/vconsole.conf")).toBe(
    'FONT=eurlatgr\nXKBMODEL="pc104"\nXKBLAYOUT="gb"\nXKBVARIANT=""\nKEYMAP="uk"\n',
  );
  expect(existsSync(`${client.root}/${xFile}`)).toBe(false);
});

test("Debian 13's vconsole.conf is a symlink and stays one", () => {
  const client = clientWith("[clients]\nXKBLAYOUT=de", debian);
  symlinkSync("default/keyboard", `${client.root}/etc/vconsole.conf`);
  keyboard(client);
  expect(fileOf(client, "etc/vconsole.conf")).toBe(fileOf(client, file));
  expect(fileOf(client, file)).toContain('XKBLAYOUT="de"');
});
