// A value is a bare word, or one word in quotes; $NAME and ${NAME:-text without quotes} can be in "…".
const expansion = /\$(?:(?=[A-Za-z_])|\{[A-Za-z_]\w*(?:(?:[-+=?#%]|:[-+=?])[^"'\\$`{}]*)?\})/.source;
const doubleQuoted = `"[^"\\\\$\`]*(?:${expansion}[^"\\\\$\`]*)*"`;
const plainValue = `(?:[^ \\t\\r\\n;&|<>()\\\\'"$\`#~]*|'[^']*'|${doubleQuoted})`;
const plainLine = `[ \\t]*(?:#[^\\n]*|[A-Za-z_]\\w*[ \\t]*=[ \\t]*${plainValue}(?:[ \\t]+#[^\\n]*|[ \\t]*))?`;
const plainLines = new RegExp(`(?:${plainLine}\\n){1,50}|${plainLine}$`, "y");

/**
 * The offset behind the lines from `at` on, at most fifty, that are comments or one assignment of a plain value each,
 * and so cannot be wrong; `at` itself if its line is none. Most lines of most files are: a section of them alone is
 * passed over, and read when somebody asks for it.
 */
export function afterPlainLines(text: string, at: number): number {
  plainLines.lastIndex = at;
  return plainLines.test(text) ? plainLines.lastIndex : at;
}
