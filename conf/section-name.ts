import { isGlob } from "./glob.ts";
import { macOf } from "./mac.ts";
import type { SectionName } from "./syntax.ts";

/** A header's alternatives: `52:54:00:*|pc01` are two, `init/pc01` has an applet. */
export function sectionNames(title: string): SectionName[] {
  return title === "" ? [] : title.toLowerCase().split("|").map(sectionName);
}

function sectionName(alternative: string): SectionName {
  const slash = alternative.indexOf("/");
  const pattern = alternative.slice(slash + 1).trim();
  return {
    applet: slash < 0 ? undefined : realApplet(alternative.slice(0, slash).trim()),
    pattern,
    mac: macOf(pattern),
    isGlob: isGlob(pattern),
  };
}

/** LTSP's clients ran this applet in their initrd's last script; the same things now happen in init. */
export const realApplet = (applet: string): string => (applet === "initrd-bottom" ? "init" : applet);

/** The sections that are no machine's and no group's. */
export const sides: ReadonlySet<string> = new Set(["clients", "server", "common"]);

/** Can a section of this title be a function for hooks? Not if a machine or an applet takes it by its name. */
export function mayBeFunction(title: string): boolean {
  return (
    title !== "" &&
    sectionNames(title).every(
      ({ applet, pattern, mac }) =>
        applet === undefined && mac === undefined && !sides.has(pattern) && /^[a-z_][\w-]*$/.test(pattern),
    )
  );
}

/** What hooks call a section that holds shell code: `set-root_hash` is `section_set_root_hash`. */
export const functionName = (name: string): string => `section_${name.replace(/\W/g, "_")}`;
