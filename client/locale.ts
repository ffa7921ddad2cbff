import { existsSync } from "node:fs";
import { assigned, withAssigned } from "./assignments.ts";
import type { Client } from "./facts.ts";
import { link, readText, writeText } from "./files.ts";
import { inRoot } from "./in-root.ts";
import { hasLocale } from "./locales.ts";

/** What an image says that was made without a choice of language. */
const noChoice = /^(|C|POSIX|C\.UTF-?8)$/i;

/** Of ltsp.conf's values, what can go into a file of assignments. */
const plain = /^[\w.@:-]+$/;

/**
 * LANG and LANGUAGE: the client's locale where the image has none of its own. It goes to /etc/locale.conf, which
 * systemd reads, and to /etc/default/locale, Debian's name for it that PAM reads.
 */
export function locale(client: Client): void {
  const { root } = client;
  const lang = wanted(client, "LANG");
  const language = wanted(client, "LANGUAGE");
  if (lang === undefined && language === undefined) return;
  const files = ["/etc/default/locale", "/etc/locale.conf", "/etc/environment"];
  const [debian = "", common = "", environment = ""] = files.map((file) => readText(inRoot(root, file)));
  const text = common === "" ? debian : common;
  const own = (name: string) =>
    [common, debian, environment].map((text) => assigned(text, name)).find(Boolean) ?? "";
  const values = new Map<string, string>();
  if (lang !== undefined) {
    if (!noChoice.test(own("LANG")) || !isGenerated(client, lang)) return;
    values.set("LANG", lang);
  }
  if (language !== undefined && own("LANGUAGE") === "") values.set("LANGUAGE", language);
  if (values.size === 0) return;
  writeText(`${root}/etc/locale.conf`, withAssigned(text, values));
  if (existsSync(`${root}/etc/default`)) link("../locale.conf", `${root}/etc/default/locale`);
}

function wanted({ settings, warn }: Client, name: "LANG" | "LANGUAGE"): string | undefined {
  const value = settings.get(name)?.trim() ?? "";
  if (value === "" || plain.test(value)) return value || undefined;
  const example = name === "LANG" ? "LANG=de_DE.UTF-8" : "LANGUAGE=de_AT:de:en";
  warn(
    settings.failure(name, `${name}="${value}" is left out: it is none`, `Write for instance ${example}.`),
  );
  return undefined;
}

/** A locale that is not there would make every program complain, and speak English. */
function isGenerated({ root, settings, warn }: Client, lang: string): boolean {
  if (hasLocale(root, lang)) return true;
  const [, name = lang, codeset, modifier = ""] = /^([^.@]*)(?:\.([^@]*))?(@.*)?$/.exec(lang) ?? [];
  const remedy =
    codeset === undefined
      ? `Write LANG=${name}.UTF-8${modifier}, if the image has that.`
      : `In the image's root: echo "${name}.${codeset}${modifier} ${codeset}" >>/etc/locale.gen; locale-gen`;
  warn(settings.failure("LANG", `the image has no locale ${lang}`, remedy));
  return false;
}
