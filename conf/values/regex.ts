/** What JavaScript's regular expressions write for POSIX's classes. */
const classes: Record<string, string> = {
  alnum: "\\p{L}\\p{Nd}",
  alpha: "\\p{L}",
  blank: " \\t",
  cntrl: "\\p{Cc}",
  digit: "0-9",
  graph: "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}",
  lower: "\\p{Ll}",
  print: "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ",
  punct: "\\p{P}\\p{S}",
  space: "\\s",
  upper: "\\p{Lu}",
  xdigit: "0-9A-Fa-f",
};

/** What is wrong with a regular expression, as a clause. Thrown, and caught, in this file only. */
class Fault {
  constructor(readonly why: string) {}
}

/**
 * A POSIX regular expression as JavaScript's, or, if it is none, what is wrong with it: "its [ is never closed".
 * Extended ones are egrep's and awk's, basic ones sed's, where `\(` opens a group and `(` means itself.
 */
export function readRegex(text: string, kind: "extended" | "basic" = "extended"): RegExp | string {
  try {
    return new RegExp(translate(text, kind === "basic"), "u");
  } catch (error) {
    return error instanceof Fault ? error.why : "it is no regular expression";
  }
}

/** The first token of what is left: a bracket expression, a character that `\` escapes, a count, or one character. */
const token =
  /\[\^?\]?(?:\[:[^\]]*:\]|\[([.=]).\1\]|(?!\[[:.=])[^\]])*\]|\\\{\d*,?\d*\\\}|\\.|\{\d*,?\d*\}|./suy;

function translate(text: string, basic: boolean): string {
  let source = "";
  let depth = 0;
  /** What the last token was, for the next to repeat. */
  let before: "start" | "something" | "repetition" = "start";
  token.lastIndex = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const meaning = extended(found[0], basic, before === "start");
    if (meaning === "(") depth++;
    if (meaning === ")" && depth-- === 0) throw new Fault("it has a ) without its (");
    if (/^(?:[*+?]|\{,?\d)/.test(meaning)) {
      if (before === "start")
        throw new Fault(`nothing stands before its ${meaning} to be repeated (any text is .*)`);
      source =
        before === "repetition" ? repeatedAgain(source, meaning) : source + meaning.replace("{,", "{0,");
      before = "repetition";
    } else {
      source += inJavaScript(meaning);
      before = /^[(|^]$/.test(meaning) ? "start" : "something";
    }
  }
  if (depth > 0) throw new Fault("its ( is never closed");
  return source;
}

/** POSIX takes a** and a+*, which are a*; in JavaScript the second sign would be a mistake, or mean another thing. */
function repeatedAgain(source: string, meaning: string): string {
  const last = source.slice(-1);
  if (last === "}" || meaning.startsWith("{")) throw new Fault("it has two counts, one behind the other");
  return last === meaning ? source : `${source.slice(0, -1)}*`;
}

/** The token as extended regular expressions write it. */
function extended(found: string, basic: boolean, atStart: boolean): string {
  if (!basic) return found;
  if (/^\\[(){|+?]/.test(found)) return found.replace(/\\(.)/gs, "$1");
  if (found === "*" && atStart) return "\\*";
  return /^[(){}|+?]/.test(found) ? found.replace(/[{}()|+?]/g, "\\$&") : found;
}

function inJavaScript(meaning: string): string {
  if (meaning === "[") throw new Fault("its [ is never closed");
  if (meaning === "\\") throw new Fault("nothing follows its last \\");
  if (meaning.startsWith("[")) return bracketExpression(meaning);
  if (meaning === "\\<") return "\\b(?=\\w)";
  if (meaning === "\\>") return "\\b(?<=\\w)";
  // Letters after a backslash are GNU's (\w, \b …) and the same in JavaScript; other characters mean themselves.
  if (/^\\[^\p{L}\d]$/u.test(meaning)) return meaning.slice(1).replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  if (/^\\[^wWsSbB\d]$/.test(meaning)) return meaning.slice(1);
  return /^[\]{}]/.test(meaning) ? meaning.replace(/[\]{}]/g, "\\$&") : meaning;
}

/** `[^][:digit:]\-]`: a backslash means itself in it, and a `]` at its start too. */
function bracketExpression(text: string): string {
  if (/^\[:\w+:\]$/.test(text)) throw new Fault(`${text} stands in brackets of its own: [${text}]`);
  const [, negation = "", body = ""] = /^\[(\^?)(.*)\]$/su.exec(text) ?? [];
  const members = body.replace(/\[:([^\]]*):\]|\[([.=])(.)\2\]|./gsu, (member, name, _, single) => {
    if (name === undefined) return escapeMember(single ?? member);
    const translated = classes[name];
    if (translated === undefined) throw new Fault(`there is no class [:${name}:]`);
    return translated;
  });
  return `[${negation}${members}]`;
}

const escapeMember = (one: string) => (/[\\[\]^]/.test(one) ? `\\${one}` : one);
