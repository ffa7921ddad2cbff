/** The value that a file of lines `NAME=value` or `NAME="value"` (/etc/default/keyboard) gives; "" if none. */
export function assigned(text: string, name: string): string {
  const pattern = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}=(["']?)(.*?)\\1[ \\t]*$`, "gm");
  return [...text.matchAll(pattern)].at(-1)?.[2] ?? "";
}

/** Such a file with these values, in the place of any that it had. */
export function withAssigned(text: string, values: ReadonlyMap<string, string>): string {
  const names = [...values.keys()].join("|");
  const kept = text.replaceAll(new RegExp(`^[ \\t]*(?:export[ \\t]+)?(?:${names})=.*\\n?`, "gm"), "");
  const before = kept === "" || kept.endsWith("\n") ? kept : `${kept}\n`;
  return `${before}${[...values].map(([name, value]) => `${name}="${value}"\n`).join("")}`;
}
