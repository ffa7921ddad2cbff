import { isAddress } from "../address.ts";
import { applets } from "../applets.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { sides } from "../section-name.ts";
import { mostSimilar } from "../similar.ts";
import type { Section, SectionName } from "../syntax.ts";
import { type Context, type Rule, warning } from "./context.ts";

/** Sections that stand twice, and names that are hardly meant as they are written. */
export const sections: Rule = function* (context: Context) {
  yield* twice(context);
  for (const section of context.conf.sections) {
    for (const name of section.names) {
      const odd = strange(name, context.included);
      if (odd !== undefined) yield { severity: "warning", offset: section.titleOffset, ...odd };
    }
  }
};

function* twice({ conf: { sections, source } }: Context): Iterable<Diagnostic> {
  const last = new Map<string, Section>();
  for (const section of sections) last.set(section.title.toLowerCase(), section);
  for (const section of sections) {
    const later = last.get(section.title.toLowerCase());
    if (later === undefined || later === section) continue;
    const line = source.line(later.titleOffset);
    yield warning(
      section.titleOffset,
      `[${section.title}] stands again in line ${line}, and that one replaces this one`,
      "Put the lines of both into one section.",
    );
  }
}

/** A warning, unless it says that it is an error. */
type Strange = Pick<Diagnostic, "why" | "remedy"> & Partial<Pick<Diagnostic, "severity">>;

/** Why a name is hardly meant as it is written. */
function strange(name: SectionName, included: ReadonlySet<string>): Strange | undefined {
  const { applet, pattern, mac, isGlob } = name;
  if (applet !== undefined && !applets.has(applet)) return strangeApplet(applet, pattern);
  const before = applet === undefined ? "" : `${applet}/`;
  if (isGlob || pattern === "" || included.has(pattern)) return undefined;
  if (mac !== undefined) {
    if (mac === pattern) return undefined;
    return {
      why: `${pattern} is taken as the MAC address ${mac}`,
      remedy: `Write [${before}${mac}], as clients and switches show it.`,
    };
  }
  return strangeAddress(pattern, before) ?? (applet === undefined ? strangeName(pattern) : undefined);
}

function strangeApplet(applet: string, pattern: string): Strange {
  if (isAddress(applet) && /^\d+$/.test(pattern)) {
    return {
      why: `${applet}/${pattern} is no section's name: what stands before / is an applet`,
      remedy: `Write a subnet as a glob, such as [${applet.replace(/\.\d+$/, ".*")}].`,
    };
  }
  const meant = mostSimilar(applet, applets);
  return {
    why: `ltsp has no applet ${applet}, so that nobody reads this section`,
    remedy:
      meant === undefined ? `It has: ${[...applets].join(", ")}.` : `Did you mean [${meant}/${pattern}]?`,
  };
}

function strangeAddress(pattern: string, before: string): Strange | undefined {
  if (/^[0-9a-z]{1,2}(:[0-9a-z]{0,2}){2,}$/.test(pattern) || /^[0-9a-z]{2}(-[0-9a-z]{2}){5}$/.test(pattern)) {
    const pairs = pattern.split(/[:-]/).filter((pair) => pair !== "");
    const wrong = pairs.find((pair) => !/^[0-9a-f]{2}$/.test(pair));
    const few = wrong === undefined && pairs.length < 6;
    return {
      // A hostname can look like one with dashes, but has no colons.
      ...(pattern.includes(":") && { severity: "error" }),
      why: `${pattern} is no MAC address: ${wrong === undefined ? `it has ${pairs.length} pairs, not six` : `${wrong} is no pair of hexadecimal digits`}`,
      remedy: few
        ? `For all MAC addresses that start so write [${before}${pairs.join(":")}:*].`
        : "Write it like [52:54:00:12:34:56].",
    };
  }
  const numbers = pattern.split(".").filter((number) => number !== "");
  if (!/^\d+(\.\d*)+$/.test(pattern) || isAddress(pattern)) return undefined;
  return {
    why: `${pattern} is no IP address, which is four numbers of at most 255`,
    remedy:
      numbers.length < 4
        ? `For all addresses that start so write [${before}${numbers.join(".")}.*].`
        : "Write it like [192.168.67.20].",
  };
}

function strangeName(pattern: string): Strange | undefined {
  if (sides.has(pattern)) return undefined;
  if (pattern === "default") {
    return { why: "[Default] was a section of lts.conf, and is nobody's here", remedy: "Write [clients]." };
  }
  const meant = /\d$/.test(pattern) ? undefined : mostSimilar(pattern, sides);
  if (meant !== undefined) {
    return { why: `[${pattern}] is only for a client of that name`, remedy: `Did you mean [${meant}]?` };
  }
  if (!/^[a-z][\w-]*(\.[a-z][\w-]*)+$/.test(pattern)) return undefined;
  return {
    why: `[${pattern}] has a domain, and hostnames have none here`,
    remedy: `Write [${pattern.replace(/\..*/, "")}].`,
  };
}
