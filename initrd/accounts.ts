/** Regular users' and groups' ids, as login.defs(5) has them by default; 65534 is nobody. */
const isRegular = (id: string | undefined) => Number(id) >= 1000 && Number(id) < 60_000;

/**
 * The server's regular users and their groups, as passwd(5) and group(5) lines. No password hash leaves the
 * server. A system group (sudo, audio) is taken for the regular users in it, and names only those.
 */
export function regularAccounts(passwd: string, group: string): { passwd: string; group: string } {
  const users = records(passwd).filter(([, , uid]) => isRegular(uid));
  const names = new Set(users.map(([name]) => name));
  const groups = records(group)
    .map(([name, , gid, members = ""]) => [
      name,
      "x",
      gid,
      members
        .split(",")
        .filter((member) => names.has(member))
        .join(","),
    ])
    .filter(([, , gid, members]) => isRegular(gid) || members !== "");
  return { passwd: text(users.map(([name, , ...rest]) => [name, "x", ...rest])), group: text(groups) };
}

function records(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.includes(":"))
    .map((line) => line.split(":"));
}

function text(records: (string | undefined)[][]): string {
  return records.map((record) => `${record.join(":")}\n`).join("");
}
