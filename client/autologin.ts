import { autologinFault } from "../conf/values/logins.ts";
import { readRegex } from "../conf/values/regex.ts";
import type { Client } from "./facts.ts";
import { textInRoot } from "./text-or-file.ts";

/** A line of /etc/passwd. */
export interface User {
  name: string;
  uid: number;
  shell: string;
}

function usersIn(client: Client, file: string): User[] {
  return textInRoot(client, file)
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 7)
    .map(([name = "", , uid, , , , shell = ""]) => ({ name, uid: Number(uid), shell }));
}

/** The users whom the image knows. */
export function imageUsers(client: Client): User[] {
  return usersIn(client, "/etc/passwd");
}

/** The user of AUTOLOGIN for this client, if the image knows them. */
export function autologinUser(client: Client, users: readonly User[]): string | undefined {
  const { settings, warn } = client;
  const value = settings.get("AUTOLOGIN")?.trim() ?? "";
  if (value === "") return undefined;
  const failure = (why: string, remedy: string) => settings.failure("AUTOLOGIN", why, remedy);
  const fault = autologinFault(value);
  if (fault !== undefined) {
    warn(failure(fault, "Write AUTOLOGIN=user, or AUTOLOGIN=regex/replacement."));
    return undefined;
  }
  const name = value.includes("/") ? userOfHost(client.hostname, value.split(/\s+/)) : value;
  const user = users.find((one) => one.name === name);
  if (user !== undefined && user.uid !== 0) return name;
  if (user !== undefined) warn(failure("no display manager logs root in by itself", "Name another user."));
  else if (name !== undefined) warn(failure(...unknown(client, name)));
  return undefined;
}

function unknown(client: Client, name: string): [why: string, remedy: string] {
  const onServer = usersIn(client, "/etc/ltsp/server/passwd").some((user) => user.name === name);
  return [
    `the image has no user ${name}${onServer ? ", although the server has" : ""}; nobody is logged in`,
    `Make the user in the image: useradd --create-home ${name}`,
  ];
}

/** What the first of the words `regex/replacement` that matches makes of the hostname, as sed would. */
function userOfHost(hostname: string, words: readonly string[]): string | undefined {
  for (const word of words) {
    const [regex = "", replacement = ""] = word.split("/");
    const read = readRegex(regex, regex.includes("\\(") ? "basic" : "extended");
    const match = typeof read === "string" ? null : read.exec(hostname);
    if (match === null) continue;
    const made = replacement.replace(/\\(.)|&/g, (sign, escaped?: string) => {
      if (sign === "&") return match[0];
      return /\d/.test(escaped ?? "") ? (match[Number(escaped)] ?? "") : (escaped ?? "");
    });
    return hostname.slice(0, match.index) + made + hostname.slice(match.index + match[0].length);
  }
  return undefined;
}
