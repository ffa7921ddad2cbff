import type { Rewrites } from "./rewrites.ts";

/** The ids of people's accounts, by login.defs(5). */
interface Limits {
  lowest: number;
  highest: number;
}

/**
 * Takes people out of the account database: users from UID_MIN on, the groups from GID_MIN on or of these users alone,
 * their memberships and subordinate ids; and the password hashes of all other accounts but root's.
 */
export function withoutPeople(files: Rewrites): void {
  const users = limitsOf(files, "UID");
  const groups = limitsOf(files, "GID");
  const people = new Set<string>();
  const left = new Set<string>();
  const primary = new Set<string>();
  files.change("etc/passwd", (text) =>
    eachRecord(text, (fields) => {
      const [name = "", password = "", uid, gid = "", , , shell = ""] = fields;
      if (isPerson(Number(uid), shell, users)) {
        people.add(name);
        primary.add(gid);
        return undefined;
      }
      left.add(gid);
      return name === "root" ? fields : withPassword(fields, isHash(password) ? "*" : password);
    }),
  );
  const gone = new Set<string>();
  files.change("etc/group", (text) =>
    eachRecord(text, (fields) => {
      const [name = "", password = "", gid = "", members = ""] = fields;
      const isPeoples = primary.has(gid) && !left.has(gid);
      if (isPeoples || isWithin(Number(gid), groups)) {
        gone.add(name);
        return undefined;
      }
      return [name, isHash(password) ? "*" : password, gid, without(members, people)];
    }),
  );
  files.change("etc/shadow", (text) =>
    eachRecord(text, (fields) => {
      const [name = "", password = ""] = fields;
      if (people.has(name)) return undefined;
      return name === "root" ? fields : withPassword(fields, isHash(password) ? "*" : password);
    }),
  );
  files.change("etc/gshadow", (text) =>
    eachRecord(text, (fields) => {
      const [name = "", password = "", administrators = "", members = ""] = fields;
      if (gone.has(name)) return undefined;
      return [
        name,
        isHash(password) ? "*" : password,
        without(administrators, people),
        without(members, people),
      ];
    }),
  );
  for (const path of ["etc/subuid", "etc/subgid"])
    files.change(path, (text) =>
      eachRecord(text, (fields) => (people.has(fields[0] ?? "") ? undefined : fields)),
    );
}

/** Nobody can log in as root with a password, not even with none. */
export function lockRoot(files: Rewrites): void {
  for (const path of ["etc/passwd", "etc/shadow"])
    files.change(path, (text) =>
      eachRecord(text, (fields) => {
        const [name, password = ""] = fields;
        return name === "root" && (path === "etc/shadow" || password !== "x")
          ? withPassword(fields, "*")
          : fields;
      }),
    );
}

/** Above the highest are services of some packages too (nobody, snap_daemon), which cannot log in. */
function isPerson(uid: number, shell: string, limits: Limits): boolean {
  return isWithin(uid, limits) || (uid > limits.highest && !/\/(nologin|false)$/.test(shell));
}

const isWithin = (id: number, { lowest, highest }: Limits) => id >= lowest && id <= highest;

/** As login.defs has them, else as its manual page says. */
function limitsOf(files: Rewrites, kind: "UID" | "GID"): Limits {
  const text = files.read("etc/login.defs") ?? "";
  const value = (name: string, otherwise: number) =>
    Number(new RegExp(`^\\s*${kind}_${name}\\s+(\\d+)`, "m").exec(text)?.[1] ?? otherwise);
  return { lowest: value("MIN", 1000), highest: value("MAX", 60_000) };
}

/** Anything but the marks of shadow(5) for an account that no password opens, or that needs none. */
const isHash = (password: string) => !/^(x|\*|!{0,2}\*?)$/.test(password);

const withPassword = ([name = "", , ...rest]: readonly string[], password: string) => [
  name,
  password,
  ...rest,
];

const without = (members: string, people: ReadonlySet<string>) =>
  members
    .split(",")
    .filter((member) => !people.has(member))
    .join(",");

/** Lines of fields between colons, with those that `change` gives; undefined takes a line out. Others stay. */
function eachRecord(
  text: string,
  change: (fields: readonly string[]) => readonly string[] | undefined,
): string {
  return text
    .split("\n")
    .flatMap((line) => (line.includes(":") ? (change(line.split(":"))?.join(":") ?? []) : [line]))
    .join("\n");
}
