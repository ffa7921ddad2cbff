import { sectionIndex } from "./section-index.ts";
import type { Conf } from "./syntax.ts";

/**
 * The MAC addresses (aa:bb:cc:dd:ee:ff) that sections name in full, in file order, each once: the clients that the
 * iPXE menu may treat in their own way. Globs name none, and neither do other applets' sections.
 */
export function macSections(conf: Conf): string[] {
  const macs = sectionIndex(conf)
    .sections.flatMap(({ names }) => names)
    .filter(({ applet }) => applet === undefined || applet === "ipxe")
    .flatMap(({ mac }) => mac ?? []);
  return [...new Set(macs)];
}
