/** The words of a kernel command line, as they stand there: white space outside double quotes separates them. */
export function cmdlineWords(text: string): string[] {
  // An unclosed quote reaches to the end, as in the kernel.
  return text.match(/(?:"[^"]*(?:"|$)|[^\s"])+/g) ?? [];
}

/**
 * The kernel command line, split as the kernel does (lib/cmdline.c, next_arg): white space outside double quotes
 * separates, and quotes that enclose a whole value, or a whole parameter, are taken off. Of two parameters with
 * one name the later wins; a bare word has the value "".
 */
export function parseCmdline(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const argument of cmdlineWords(text)) {
    const quoted = argument.startsWith('"');
    const bare = quoted ? argument.slice(1) : argument;
    const equals = bare.indexOf("=", 1);
    const name = equals < 0 ? bare : bare.slice(0, equals);
    let value = equals < 0 ? "" : bare.slice(equals + 1);
    if (value.startsWith('"')) value = value.slice(1).replace(/"$/, "");
    else if (quoted) value = value.replace(/"$/, "");
    parameters.set(equals < 0 && quoted ? name.replace(/"$/, "") : name, value);
  }
  return parameters;
}

/** What `ltsp.key=value` on the command line sets: KEY (dashes become `_`, as in the kernel's own parameters). */
export function cmdlineSettings(cmdline: ReadonlyMap<string, string>): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of cmdline) {
    const key = /^ltsp\.([a-z_][\w-]*)$/i.exec(name)?.[1];
    if (key !== undefined) settings.set(key.toUpperCase().replaceAll("-", "_"), value);
  }
  return settings;
}
