import { isAnyAddress } from "../address.ts";

/** A check of a value: what is wrong with it, as a clause that follows "but", or undefined if it is right. */
export type Check = (value: string) => string | undefined;

/** Checks each line that is neither empty nor a comment; there are often several in one value. */
const eachLine =
  (check: (line: string, fields: string[]) => string | undefined): Check =>
  (value) => {
    const lines = value.split("\n").map((line) => line.trim());
    for (const line of lines) {
      const fault = line === "" || line.startsWith("#") ? undefined : check(line, line.split(/\s+/));
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

/** Lines of /etc/hosts. */
export const hostsFault = eachLine((line) => {
  const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
  if (!isAnyAddress(address)) return `"${address}" is no IP address`;
  return names.length === 0 ? `there is no name behind ${address}` : undefined;
});

/** Lines of /etc/fstab. */
export const fstabFault = eachLine((_, fields) => {
  const [device = "", directory = "", type, , ...numbers] = fields;
  if (type === undefined) return `it has only ${fields.length === 1 ? "one field" : "two fields"}`;
  if (device.startsWith(":")) return `no server stands before ${device}`;
  if (!/^(\/|none$|swap$)/.test(directory))
    return `"${directory}" is no directory, which starts with / (a space in a name is written \\040)`;
  const wrong = numbers.find((number) => !/^\d$/.test(number));
  if (wrong !== undefined)
    return `"${wrong}" stands where the numbers for dump and fsck are (options have commas and no spaces between them)`;
  return fields.length > 6 ? `it has ${fields.length} fields, and six are the most` : undefined;
});

interface CronField {
  what: string;
  lowest: number;
  highest: number;
  /** Names that may stand for the numbers from `lowest` on. */
  names?: string[];
}

const cronFields: CronField[] = [
  { what: "minute", lowest: 0, highest: 59 },
  { what: "hour", lowest: 0, highest: 23 },
  { what: "day of the month", lowest: 1, highest: 31 },
  {
    what: "month",
    lowest: 1,
    highest: 12,
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  {
    what: "day of the week",
    lowest: 0,
    highest: 7,
    names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
  },
];

const nicknames = /^@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)$/;

/** Lines of /etc/cron.d/ltsp, where a user stands before the command. */
export const crontabFault = eachLine((line, fields) => {
  if (/^\w+\s*=/.test(line)) return undefined;
  const times = line.startsWith("@") ? 1 : cronFields.length;
  const wrong = line.startsWith("@")
    ? fields.slice(0, 1).find((word) => !nicknames.test(word))
    : cronFields.flatMap((field, index) => cronFault(field, fields[index]) ?? [])[0];
  if (wrong !== undefined) return line.startsWith("@") ? `${wrong} is none of cron's words` : wrong;
  const [user, command] = fields.slice(times);
  const when = fields.slice(0, times).join(" ");
  if (user === undefined) return "there is no user and no command behind the times";
  if (command === undefined || command.startsWith("-") || user.includes("/"))
    return `a user's name comes before the command: ${when} root ${fields.slice(times).join(" ")}`;
  return undefined;
});

function cronFault({ what, lowest, highest, names = [] }: CronField, text: string | undefined) {
  if (text === undefined) return `there is no ${what}`;
  const numberOf = (word: string) => {
    const named = names.indexOf(word.toLowerCase());
    return named < 0 ? Number(word) : named + lowest;
  };
  const isRight = (part: string) => {
    const [, from, to] = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/[1-9]\d*)?$/.exec(part) ?? [];
    if (from === undefined) return /^\*(\/[1-9]\d*)?$/.test(part);
    const [low, high] = [numberOf(from), numberOf(to ?? from)];
    return low >= lowest && low <= high && high <= highest;
  };
  return text.split(",").every(isRight) ? undefined : `"${text}" is no ${what} (${lowest}-${highest})`;
}
