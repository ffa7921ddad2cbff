import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import type { ServerFacts } from "../conf/check/check.ts";

/** A directory service that does not answer must not stop a boot's preparation for long. In milliseconds. */
const patience = 10_000;

/** No key found, says getent(1). */
const unknown = 2;

/** The server's users, whatever the source (files, LDAP, …), as far as getent(1) can tell. */
export function serverUsers(): Pick<ServerFacts, "users" | "hasUser"> {
  const all = getent();
  if (all.error !== undefined) return {};
  const users = all.stdout
    .split("\n")
    .map((line) => line.split(":", 1)[0] ?? "")
    .filter((name) => name !== "");
  const answers = new Map(users.map((name) => [name, true]));
  const hasUser = (name: string): boolean => {
    // What is not listed may still be there: many directories do not let themselves be listed.
    const answer = answers.get(name) ?? (!isNumber(name) && getent(name).status !== unknown);
    answers.set(name, answer);
    return answer;
  };
  return { hasUser, ...(all.status === 0 && { users }) };
}

/** getent takes a number for a UID, and finds whose it is. */
const isNumber = (name: string) => /^\d+$/.test(name);

function getent(...names: string[]): SpawnSyncReturns<string> {
  return spawnSync("getent", ["passwd", ...(names.length > 0 ? ["--"] : []), ...names], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: patience,
    maxBuffer: 2 ** 28,
  });
}
