import { functionName, mayBeFunction } from "./section-name.ts";
import type { Source } from "./source.ts";
import type { Complaint, Section } from "./syntax.ts";

/** Lines that are no assignments but were meant as such; the first row that matches says why. */
const mistakes: { pattern: RegExp; why: string; remedy: (match: RegExpExecArray) => string }[] = [
  {
    pattern: /[“”„‟«»‘’‚]/,
    why: "typographic quotes mean nothing here",
    remedy: () => `Write plain quotes: " or '.`,
  },
  {
    pattern: /^\[(?![\s[])/,
    why: "a section's name stands alone on its line, without quotes and spaces",
    remedy: () => "Write it like [clients] or [52:54:00:*|pc01], and what follows on the next line.",
  },
  {
    pattern: /^([A-Z]\w*)\s*=\s*(.*?)\s*(?:#.*)?$/,
    why: "a value with spaces or one of ; & | < > ( ) needs quotes",
    remedy: ([, name, value = ""]) => `Write ${name}=${/["'$\\]/.test(value) ? '"…"' : `"${value}"`}.`,
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
    pattern: /^([A-Z][A-Z0-9_]+)(?:\s|$)/,
    why: "this is no assignment",
    remedy: ([, name]) => `Write ${name}="…".`,
  },
];

/**
 * What `commands`, the offsets of lines that are no assignments, make of a section: shell code, and then what to
 * say to someone who takes it for settings. Throws a Failure if it cannot be meant as code, or stands where no
 * hook can call it.
 */
export function codeOrMistake(source: Source, section: Section, commands: number[]): Complaint | undefined {
  const [first] = commands;
  if (first === undefined) return undefined;
  const lines = commands.map((offset) => ({ offset, text: lineAt(source.text, offset) }));
  const code = lines.find(({ text }) => !mistakes.some(({ pattern }) => pattern.test(text)));
  if (code !== undefined) {
    const complaint = codeComplaint(section, code.offset, code.text);
    if (mayBeFunction(section)) return complaint;
    if (code.offset === first) throw source.failure(code.offset, complaint.why, complaint.remedy);
  }
  const text = lineAt(source.text, first);
  const mistake = mistakes.find(({ pattern }) => pattern.test(text));
  const match = mistake?.pattern.exec(text);
  throw source.failure(
    first,
    mistake?.why ?? "this is no assignment",
    match ? (mistake?.remedy(match) ?? "") : "",
  );
}

function codeComplaint(section: Section, offset: number, text: string): Complaint {
  const where = section.title === "" ? "the part above all sections" : `[${section.title}]`;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const example = mayBeFunction(section) ? section.title : "setup";
  return {
    offset,
    why: `${where} holds shell code (${shown}), and none is run while ltsp.conf is read`,
    remedy: `Keep code in a section of its own, such as [${example}], and let a hook call it: POST_INIT_X="${functionName(example)}".`,
  };
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(offset, end < 0 ? undefined : end).trim();
}
