// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the ${…} in strings are bash's variables

import type { Command, Option } from "commander";
import { applets } from "../conf/applets.ts";
import { defaults, type Report } from "./options.ts";

/**
 * `ltsp completion`: what bash completes `ltsp …` by, made from the command line's own definition. Where it offers
 * nothing, bash offers files.
 */
export function completion(program: Command, parameters: readonly { name: string }[]): Report {
  const lines = script(
    program,
    parameters.map(({ name }) => name),
  );
  return { lines, data: { bash: `${lines.join("\n")}\n` } };
}

function script(program: Command, parameters: string[]): string[] {
  const commands = tree(program, program.name());
  const all = commands.flatMap(({ command }) => command.options).filter(takesNextWord);
  const options = [...new Map(all.map((option) => [option.flags, option])).values()];
  return [
    "# bash completion for ltsp, made by: ltsp completion",
    "_ltsp() {",
    "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}",
    "    local command=ltsp options= words= at",
    "    COMPREPLY=()",
    "    # To bash, --option=value is three words.",
    '    [[ $previous == "=" ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}',
    '    [[ $current == "=" ]] && current=',
    "    for ((at = 1; at < COMP_CWORD; at++)); do",
    "        case ${COMP_WORDS[at]} in",
    '            "=") ((at++)); continue ;;',
    `            ${alternatives(options.flatMap(spellings))})`,
    '                [[ ${COMP_WORDS[at + 1]} == "=" ]] || ((at++)); continue ;;',
    "        esac",
    '        case "$command ${COMP_WORDS[at]}" in',
    `            ${alternatives(commands.slice(1).map(({ path }) => `"${path}"`))})`,
    '                command+=" ${COMP_WORDS[at]}" ;;',
    "        esac",
    "    done",
    "    case $previous in",
    ...options.map((option) => `        ${alternatives(spellings(option))}) ${ofValue(option)} ;;`),
    "    esac",
    "    case $command in",
    ...commands.map(
      ({ path, command }) =>
        `        "${path}") words="${wordsAfter(path, command, parameters).join(" ")}" options="${longOptions(command).join(" ")}" ;;`,
    ),
    "    esac",
    "    [[ $current == -* ]] && words=$options",
    '    COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "    case $command in",
    ...takeRoots.map((path) => `        "${path}") ${roots} ;;`),
    "    esac",
    "}",
    "complete -o default -F _ltsp ltsp",
  ];
}

interface Node {
  /** "ltsp conf check" */
  path: string;
  command: Command;
}

function tree(command: Command, path: string): Node[] {
  return [{ path, command }, ...command.commands.flatMap((one) => tree(one, `${path} ${one.name()}`))];
}

/** `-o` takes a value only behind a "=". */
const takesNextWord = (option: Option) => option.required && option.attributeName() !== "overwrite";

const spellings = ({ short, long }: Option) => [short, long].filter((name) => name !== undefined);

const alternatives = (patterns: readonly string[]) => patterns.join(" | ");

/** What bash does where an option's value is to come: `<a|b>` is one of these, `<dir>` and `<file>` are files. */
function ofValue({ flags }: Option): string {
  const value = /<(.*)>/.exec(flags)?.[1] ?? "";
  const choices = value === "applet" ? [...applets] : value.includes("|") ? value.split("|") : [];
  if (choices.length > 0) return `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current")); return`;
  return value === "dir" || value === "file" ? "return" : "compopt +o default 2>/dev/null; return";
}

/** The arguments that a command can have, unless they are files. */
function wordsAfter(path: string, command: Command, parameters: string[]): string[] {
  if (path === "ltsp conf explain") return parameters.map((name) => name.replace(/(_n)?_x$/, ""));
  return command.commands.map((one) => one.name());
}

/** Those of the command itself and the global ones. */
function longOptions(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => long ?? []);
  return command.parent === null ? ["--help", ...own] : [...own, ...longOptions(command.parent)];
}

/** The commands whose argument is a directory below the base directory. */
const takeRoots = ["ltsp image", "ltsp kernel"];
const roots = [
  `[[ $current == */* ]] || COMPREPLY+=($(compgen -d -X "*/images" -- "${defaults.base}/$current"))`,
  `COMPREPLY=("\${COMPREPLY[@]#${defaults.base}/}")`,
].join("; ");
