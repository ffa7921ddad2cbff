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
