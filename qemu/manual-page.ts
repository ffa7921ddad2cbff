import { facts, plannedNote, wrap } from "../conf/parameter-text.ts";
import { replaced } from "../conf/parameters/replaced.ts";
import { type Parameter, parameterGroups } from "../conf/parameters.ts";

/** The manual page whose part between these comments is made from the table of parameters. */
export const manualPage = "docs/ltsp.conf.5.md";
const start = "<!-- From here on, npm run docs writes this from conf/parameters/. -->\n\n";
const end = "\n<!-- The end of what npm run docs writes. -->\n";

/** The page with its generated part as the table of parameters now is; undefined if the comments are not in it. */
export function renewed(page: string): string | undefined {
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) return undefined;
  const written = [...parameterGroups.map(group), olderNames()].join("\n");
  return `${page.slice(0, from + start.length)}${written}${page.slice(to)}`;
}

function group({ title, parameters }: { title: string; parameters: Parameter[] }): string {
  return [`### ${title}\n`, ...parameters.map(paragraphs)].join("\n");
}

function paragraphs(parameter: Parameter): string {
  const { name, help, example, planned } = parameter;
  const told = facts(parameter).map(([label, text]) => `${label.replace(/^./, capital)}: ${literal(text)}.`);
  const text = [`**${name}**:`, literal(help), ...(planned ? [`*${plannedNote}*`] : []), ...told].join(" ");
  return `${wrap(text, 120).join("\n")}\n\n    ${example}\n`;
}

function olderNames(): string {
  const rows = replaced.map(({ name, remedy }) => `| ${name} | ${literal(remedy).replaceAll("|", "\\|")} |`);
  return [
    "### Names of earlier versions\n",
    "LTSP 5's lts.conf and earlier versions of ltsp.conf had these, which are not read any more:\n",
    "| name | now |\n|---|---|",
    `${rows.join("\n")}\n`,
  ].join("\n");
}

const capital = (letter: string) => letter.toUpperCase();

/** Without what Markdown would take for emphasis or a tag. */
const literal = (text: string) => text.replace(/[*<\\]/g, "\\$&");
