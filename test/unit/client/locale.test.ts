import { existsSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { locale } from "../../../client/locale.ts";
import { clientWith, fileOf } from "./client.ts";

const german = { "usr/lib/locale/de_DE.utf8/LC_CTYPE": "" };

function clientOf(conf: string, files: Record<string, string> = german) {
  const client = clientWith(`[clients]\n${conf}`, files);
  locale(client);
  return client;
}

test("LANG and LANGUAGE, where the image sets none, for systemd and for PAM", () => {
  const client = clientOf("LANG=de_DE.UTF-8\nLANGUAGE=de_AT:de", {
    ...german,
    "etc/default/locale": "# by hand\nLC_TIME=en_GB.UTF-8\n",
  });
  const text = '# by hand\nLC_TIME=en_GB.UTF-8\nLANG="de_DE.UTF-8"\nLANGUAGE="de_AT:de"\n';
  expect(fileOf(client, "etc/locale.conf")).toBe(text);
  expect(fileOf(client, "etc/default/locale")).toBe(text);
  expect(client.warnings).toEqual([]);
});

test("an image that has no /etc/default gets no Debian file", () => {
  const client = clientOf("LANG=de_DE.UTF-8");
  expect(fileOf(client, "etc/locale.conf")).toBe('LANG="de_DE.UTF-8"\n');
  expect(existsSync(`${client.root}/etc/default`)).toBe(false);
});

test("Debian 13's symlink stays what it is", () => {
  const client = clientWith("[clients]\nLANG=de_DE.UTF-8", { ...german, "etc/locale.conf": "" });
  mkdirSync(`${client.root}/etc/default`);
  symlinkSync("../locale.conf", `${client.root}/etc/default/locale`);
  locale(client);
  expect(readlinkSync(`${client.root}/etc/default/locale`)).toBe("../locale.conf");
  expect(fileOf(client, "etc/default/locale")).toBe('LANG="de_DE.UTF-8"\n');
});

test.each(["LANG=C.UTF-8", "LANG=C", 'LANG="C.utf8"', "LANG=", ""])(
  "an image with %o has made no choice",
  (text) => {
    const client = clientOf("LANG=de_DE.UTF-8", { ...german, "etc/default/locale": `${text}\n` });
    expect(fileOf(client, "etc/default/locale")).toContain('LANG="de_DE.UTF-8"\n');
    expect(fileOf(client, "etc/default/locale").match(/^LANG=/gm)).toHaveLength(1);
  },
);

test.each(["etc/default/locale", "etc/locale.conf", "etc/environment"])(
  "a language that the image chose in %s stays, and its messages too",
  (file) => {
    const files: Record<string, string> = { ...german, [file]: 'PATH=/bin\nLANG="en_GB.UTF-8"\n' };
    const client = clientOf("LANG=de_DE.UTF-8\nLANGUAGE=de", files);
    expect(fileOf(client, file)).toBe(files[file]);
    expect(client.warnings).toEqual([]);
  },
);

test("LANGUAGE alone goes with the image's LANG", () => {
  const client = clientOf("LANGUAGE=en_GB:en", { "etc/locale.conf": "LANG=en_GB.UTF-8\n" });
  expect(fileOf(client, "etc/locale.conf")).toBe('LANG=en_GB.UTF-8\nLANGUAGE="en_GB:en"\n');
});

test("a locale that the image has not: the line to type, and the image's stays", () => {
  const client = clientOf("LANG=el_GR.UTF-8", { ...german, "etc/default/locale": "LANG=C.UTF-8\n" });
  expect(client.warnings).toEqual([
    'ltsp.conf:2:1: the image has no locale el_GR.UTF-8. In the image\'s root: echo "el_GR.UTF-8 UTF-8" >>/etc/locale.gen; locale-gen',
  ]);
  expect(fileOf(client, "etc/default/locale")).toBe("LANG=C.UTF-8\n");
});

test.each(["", "nonsense", "\x09\x01\x02\xde"])(
  "a locale-archive that is none (%o) has no locales",
  (text) => {
    const client = clientWith("[clients]\nLANG=de_DE.UTF-8");
    mkdirSync(`${client.root}/usr/lib/locale`, { recursive: true });
    writeFileSync(`${client.root}/usr/lib/locale/locale-archive`, text, "latin1");
    locale(client);
    expect(client.warnings.join()).toContain("the image has no locale de_DE.UTF-8");
  },
);

test("C.UTF-8 is always there", () => {
  expect(fileOf(clientOf("LANG=C.UTF-8", {}), "etc/locale.conf")).toBe('LANG="C.UTF-8"\n');
});
