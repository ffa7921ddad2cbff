import type { Section, SectionName } from "./syntax.ts";

/** The applets that only servers run. A client reads the sections of any other. */
export const serverApplets: ReadonlySet<string> = new Set([
  "conf",
  "dnsmasq",
  "image",
  "info",
  "initrd",
  "ipxe",
  "kernel",
  "nbd",
  "nfs",
]);

/** All applets whose sections are read. (LTSP's initrd-bottom is read as init.) */
export const applets: ReadonlySet<string> = new Set([...serverApplets, "init", "initrd-bottom"]);

/** Is this section read on the server only, whatever the client is called? */
export function isServersOwn({ names }: Section): boolean {
  return names.length > 0 && names.every(onServerOnly);
}

function onServerOnly({ applet, pattern }: SectionName): boolean {
  return applet === undefined ? pattern === "server" : serverApplets.has(applet);
}
