import type { Diagnostic } from "../diagnostic.ts";
import { literal } from "../literal.ts";
import { refusal } from "../parameters.ts";
import { readRegex } from "../values/regex.ts";
import { type Context, type Rule, type ServerFacts, warning } from "./context.ts";

/** Users that the server does not have, and passwords that others can read. */
export const users: Rule = function* ({ assignments, facts, conf: { source } }: Context) {
  for (const assignment of assignments) {
    const { name, valueOffset } = assignment;
    const look = name === "AUTOLOGIN" ? autologin : name.startsWith("PASSWORDS_") ? passwords : undefined;
    const value = literal(assignment) ?? "";
    if (look === undefined || value.includes("%{") || refusal(name, value) !== undefined) continue;
    yield* look(value, valueOffset, facts);
  }
  const secret = assignments.find(({ name }) => name.startsWith("PASSWORDS_"));
  if (secret === undefined || facts.mode === undefined || (facts.mode & 0o004) === 0) return;
  yield warning(
    secret.offset,
    "here is a password, and everybody on this server can read the file",
    `Run: chmod o= ${source.file}`,
  );
};

function* autologin(value: string, offset: number, { hasUser }: ServerFacts): Iterable<Diagnostic> {
  for (const word of value.split(/\s+/)) {
    const user = word.includes("/") ? word.slice(word.indexOf("/") + 1) : word;
    // & and \1 are what the hostname makes of it.
    if (user === "" || /[&\\]/.test(user) || hasUser === undefined || hasUser(user)) continue;
    yield warning(
      offset,
      `the server has no user ${user}`,
      `To make it: adduser ${user}. Or is it written in another way?`,
    );
  }
}

function* passwords(value: string, offset: number, { users }: ServerFacts): Iterable<Diagnostic> {
  for (const word of value.trim().split(/\s+/)) {
    const user = word.slice(0, Math.max(0, word.indexOf("/")));
    const regex = readRegex(`^(${user})$`);
    if (users === undefined || user === "" || typeof regex === "string") continue;
    if (users.some((name) => regex.test(name))) continue;
    yield warning(
      offset,
      `no user of the server is called ${user}`,
      "Is it written in another way? getent passwd lists them.",
    );
  }
}
