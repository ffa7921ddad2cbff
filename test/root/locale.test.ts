import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { locale } from "../../client/locale.ts";
import { suites } from "../../qemu/roots.ts";
import { debianClient } from "./root.ts";

describe.each(suites)("%s", (suite) => {
  test("LANG and LANGUAGE: a user who logs in has them, and systemd reads them", () => {
    const client = debianClient(suite, "[clients]\nLANG=de_DE.UTF-8\nLANGUAGE=de_AT:de");
    locale(client);
    expect(client.warnings).toEqual([]);
    const session = client.ask(
      "su",
      "--login",
      "teacher",
      "-c",
      "locale 2>&1; locale charmap; date -d 2026-10-25 +%A",
    );
    expect(session).toMatch(/^LANG=de_DE\.UTF-8$/m);
    expect(session).toMatch(/^LANGUAGE=de_AT:de$/m);
    expect(session).toMatch(/^UTF-8$/m);
    expect(session).toMatch(/^Sonntag$/m);
    expect(client.ask("cat", "/etc/locale.conf")).toContain('LANG="de_DE.UTF-8"');
  });

  test("every locale that `locale -a` lists is found, and no other", () => {
    const listed = debianClient(suite).ask("locale", "-a").split("\n");
    expect(listed).toContain("en_GB.utf8");
    for (const name of [
      "C.UTF-8",
      "en_GB.UTF-8",
      "de_DE.utf8",
      "de_DE",
      "en_US.UTF-8",
      "sr_RS.UTF-8@latin",
    ]) {
      const client = debianClient(suite, `[clients]\nLANG=${name}`);
      locale(client);
      expect(client.warnings.length === 0, name).toBe(listed.includes(name.replace("UTF-8", "utf8")));
    }
  });

  test("the line to type, typed in the image, makes the locale", () => {
    const before = debianClient(suite, "[clients]\nLANG=nl_NL.UTF-8");
    locale(before);
    const [, line = ""] = /root: (echo .*)$/.exec(before.warnings.join()) ?? [];
    before.ask("sh", "-c", line);
    const again: string[] = [];
    locale({ ...before, warn: ({ message }) => again.push(message) });
    expect(again).toEqual([]);
    expect(before.ask("su", "--login", "teacher", "-c", "locale 2>&1")).toMatch(/^LANG=nl_NL\.UTF-8$/m);
  });

  test("a language that the image chose stays", () => {
    const client = debianClient(suite, "[clients]\nLANG=de_DE.UTF-8");
    writeFileSync(`${client.root}/etc/default/locale`, "LANG=en_GB.UTF-8\n");
    locale(client);
    expect(client.ask("su", "--login", "teacher", "-c", "locale")).toMatch(/^LANG=en_GB\.UTF-8$/m);
  });
});
