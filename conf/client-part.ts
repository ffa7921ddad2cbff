import type { Conf, SectionName } from "./syntax.ts";

/** The applets that only servers run. A client reads the sections of any other. */
const serverApplets = new Set(["conf", "dnsmasq", "image", "info", "initrd", "ipxe", "kernel", "nfs"]);

/**
 * ltsp.conf as clients may see it, for ltsp.img: without the sections that only the server reads. What they held
 * is left as empty lines, so that a message on the client names the line that the admin has.
 */
export function clientPart(conf: Conf): string {
  const { text } = conf.source;
  let part = text.slice(0, conf.preamble.end);
  for (const { names, offset, end } of conf.sections) {
    const lines = text.slice(offset, end);
    part += names.every(onServerOnly) ? lines.replace(/[^\n]+/g, "") : lines;
  }
  return part;
}

function onServerOnly({ applet, pattern }: SectionName): boolean {
  return applet === undefined ? pattern === "server" : serverApplets.has(applet);
}
