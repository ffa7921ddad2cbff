import { functionName, mayBeFunction } from "./section-name.ts";
import type { Mistake, Source } from "./source.ts";
import type { Complaint } from "./syntax.ts";

/** So many mistakes of a section are told. */
const most = 100;

/** As much of a line as its kind can be told from. */
const enough = 300;

/** Quotes as web pages and word processors make them. */
export const typographicQuotes = /[“”„‟«»‘’‚]/;

/** Lines that are no assignments but were meant as such; the first row that matches says why. */
const rows: { pattern: RegExp; why: string; remedy: (match: RegExpExecArray) => string }[] = [
  {
    pattern: typographicQuotes,
    why: "typographic quotes mean nothing here",
    remedy: () => `Write plain quotes: " or '.`,
  },
  {
    pattern: /^\w*[\u00A0\u2000-\u200B\u202F\u3000\uFEFF]/,
    why: "there is a space that is none for sh: it comes from a web page or a word processor",
    remedy: () => "Replace it by an ordinary space, or take it out.",
  },
  {
    pattern: /^\[(?![\s[])/,
    why: "a section's name stands alone on its line, without quotes and spaces",
    remedy: () => "Write it like [clients] or [52:54:00:*|pc01], and what follows on the next line.",
  },
  {
    pattern: /^([\w.:*-]+)\]\s*(#|$)/,
    why: "the bracket before this section's name is missing",
    remedy: ([, name]) => `Write [${name}].`,
  },
  {
    pattern: /^(?:;|\/\/|\/\*|--|::|rem\b)/i,
    why: "this is no comment",
    remedy: () => "Comments start with #.",
  },
  {
    pattern: /^(?:export|declare|typeset|readonly|local|set|setenv)\s+([A-Za-z_]\w*)\s*[= ]/,
    why: "parameters are set without a command before their name",
    remedy: ([, name]) => `Write ${name}=….`,
  },
  {
    pattern: /^\$\{?([A-Za-z_]\w*)\}?\s*=/,
    why: "a parameter is set by its name, without $",
    remedy: ([, name]) => `Write ${name}=….`,
  },
  {
    pattern: /^["']([A-Za-z_]\w*)["']\s*=/,
    why: "a parameter's name stands without quotes",
    remedy: ([, name]) => `Write ${name}=….`,
  },
  {
    pattern: /^([A-Z]\w*)\s*\+=/,
    why: "+= is not known to sh",
    remedy: ([, name]) => `Write ${name}="$${name} …".`,
  },
  {
    pattern: /^([A-Z]\w*)\s*(?::=|=>|->)/,
    why: "a parameter is set with =",
    remedy: ([, name]) => `Write ${name}=….`,
  },
  {
    pattern: /^([A-Z]\w*)\s*\[\w*\]\s*=/,
    why: "there are no arrays in sh",
    remedy: ([, name]) => `Write ${name}_1=…, ${name}_2=….`,
  },
  {
    pattern: /^([A-Z]\w*)\s*=\s*([^#]*)/,
    why: "a value with spaces or one of ; & | < > ( ) needs quotes",
    remedy: ([, name, value = ""]) =>
      `Write ${name}=${/["'$\\]/.test(value) || value.length > 60 ? '"…"' : `"${value.trim()}"`}.`,
  },
  {
    pattern: /^([A-Z][A-Z0-9_]*[.-][A-Z0-9_.-]*)\s*=/,
    why: "a parameter's name has only letters, digits and _",
    remedy: ([, name = ""]) => `Write ${name.replace(/[.-]/g, "_")}=….`,
  },
  {
    pattern: /^([0-9]\w*)\s*=/,
    why: "a parameter's name does not start with a digit",
    remedy: ([, name]) => `Write _${name}=… or another name.`,
  },
  {
    pattern: /^([A-Z][A-Z0-9_]*)\s*:/,
    why: "a parameter is set with =",
    remedy: ([, name]) => `Write ${name}=….`,
  },
  {
    pattern: /^([A-Z][A-Z0-9_]+)(?:\s+([^\s"'$\\][^"'$\\]*))?(?:\s|$)/,
    why: "this is no assignment",
    remedy: ([, name, value]) => `Write ${name}="${value?.trim() ?? "…"}".`,
  },
];

/**
 * What `commands`, the offsets of lines that are no assignments, make of a section: shell code, and then what to
 * say to someone who takes it for settings; or mistakes, if it cannot be meant as code or stands where no hook can
 * call it.
 */
export function codeOrMistakes(
  source: Source,
  title: string,
  commands: readonly number[],
): { code: Complaint | undefined; mistakes: Mistake[] } {
  const lines = commands.map((offset) => {
    const line = source.lineAt(offset).trimStart();
    const text = line.startsWith(";") ? line.slice(0, enough) : lineFrom(source.text, offset);
    return { offset, text, row: rows.find(({ pattern }) => pattern.test(text)) };
  });
  const code = lines.find(({ row }) => row === undefined);
  const complaint = code && codeComplaint(title, code.offset, code.text);
  if (complaint !== undefined && mayBeFunction(title)) return { code: complaint, mistakes: [] };
  const mistakes = lines.slice(0, most).flatMap(({ offset, text, row }) => {
    const match = row?.pattern.exec(text);
    return row && match ? source.mistake(offset, row.why, row.remedy(match)) : [];
  });
  if (complaint !== undefined)
    mistakes.push(source.mistake(complaint.offset, complaint.why, complaint.remedy));
  return { code: undefined, mistakes };
}

/**
 * A quote was left open, and the next one in the file, which was to open another value, closed it: what
 * stands from `start`, an assignment, to `end` has lines in it that look like settings. The mistake is at the quote.
 */
export function runawayQuote(source: Source, start: number, end: number): Mistake | undefined {
  const { text } = source;
  const opening = /[A-Za-z_]\w*[ \t]*=[^\n"']*(["'])/y;
  opening.lastIndex = start;
  const quote = opening.exec(text)?.[1];
  if (quote === undefined) return undefined;
  const lines = text.slice(opening.lastIndex, end);
  const next = /\n[ \t]*(?:[A-Z][A-Z0-9_]*[ \t]*=|\[[^\]\n]+\][ \t]*(?:\n|$))/.exec(lines);
  if (next === null) return undefined;
  const line = source.line(opening.lastIndex + next.index + 1);
  return source.mistake(
    opening.lastIndex - 1,
    `this quote is not closed on its line, and takes in line ${line}`,
    `Close it with ${quote} where it ends.`,
  );
}

function codeComplaint(title: string, offset: number, text: string): Complaint {
  const where = title === "" ? "the part above all sections" : `[${title}]`;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const example = mayBeFunction(title) ? title : "setup";
  return {
    offset,
    why: `${where} holds shell code (${shown}), and none is run while ltsp.conf is read`,
    remedy: `Keep code in a section of its own, such as [${example}], and let a hook call it: POST_INIT_X="${functionName(example)}".`,
  };
}

function lineFrom(text: string, offset: number): string {
  const line = text.slice(offset, offset + enough);
  const end = line.indexOf("\n");
  return (end < 0 ? line : line.slice(0, end)).trimEnd();
}
