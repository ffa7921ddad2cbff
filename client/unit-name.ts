/** The name that systemd gives a directory in a unit's name, as `systemd-escape --path` says it (systemd.unit(5)). */
export function escapePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length === 0) return "-";
  const escaped = [...Buffer.from(parts.join("/"))].map((byte, at) => {
    const character = String.fromCharCode(byte);
    if (character === "/") return "-";
    const isPlain = /[A-Za-z0-9:_.]/.test(character) && !(at === 0 && character === ".");
    return isPlain ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return escaped.join("");
}
