import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { confShow } from "../../../server/conf-show.ts";
import { type SubjectOptions, subjectOf } from "../../../server/subject.ts";
import { type ConfDirectory, confDirectory } from "./conf-directory.ts";

let directory: ConfDirectory;
beforeEach(() => {
  directory = confDirectory();
});
afterEach(() => directory.remove());
const show = (text: string, options: SubjectOptions = {}) =>
  confShow(directory.write(text), subjectOf(options));

const room = `LANG=de_DE.UTF-8
[server]
DEFAULT_IMAGE=lab
[clients]
HOSTNAME=pc%{IP}
INCLUDE=old
[52:54:00:12:34:56]
HOSTNAME=pc01
KERNEL_PARAMETERS=quiet
[pc02]
DEBUG_SHELL=1
[old]
FSTAB_HOME="server:/home /home nfs defaults 0 0"
[ipxe/]
MENU_TIMEOUT=3000
`;

test.each<[SubjectOptions, string[]]>([
  [
    { mac: "52:54:00:12:34:56" },
    [
      "LANG='de_DE.UTF-8'",
      "HOSTNAME='pc01'",
      "FSTAB_HOME='server:/home /home nfs defaults 0 0'",
      "KERNEL_PARAMETERS='quiet'",
    ],
  ],
  [
    { ip: "10.0.0.7" },
    ["LANG='de_DE.UTF-8'", "HOSTNAME='pc7'", "FSTAB_HOME='server:/home /home nfs defaults 0 0'"],
  ],
  [{}, ["LANG='de_DE.UTF-8'", "HOSTNAME='pc%{IP}'", "FSTAB_HOME='server:/home /home nfs defaults 0 0'"]],
  [
    { ip: "10.0.0.2/24", cmdline: "quiet ltsp.lang=C ltsp.x=y" },
    ["LANG='de_DE.UTF-8'", "X='y'", "HOSTNAME='pc2'", "FSTAB_HOME='server:/home /home nfs defaults 0 0'"],
  ],
  [{ server: true }, ["LANG='de_DE.UTF-8'", "DEFAULT_IMAGE='lab'"]],
  [{ applet: "ipxe" }, ["LANG='de_DE.UTF-8'", "DEFAULT_IMAGE='lab'", "MENU_TIMEOUT='3000'"]],
])("%j", (options, lines) => {
  expect(show(room, options).lines).toEqual(lines);
});

test.each<[string, SubjectOptions, Record<string, string>]>([
  ["", { ip: "10.0.1.20/16" }, { HOSTNAME: "ltsp00276" }],
  ["HOSTNAME=\n", { ip: "10.0.0.3" }, { HOSTNAME: "ltsp3" }],
  ["", { hostname: "pc09.lan" }, { HOSTNAME: "pc09" }],
  ["", {}, {}],
  ["", { server: true, ip: "10.0.0.3" }, {}],
])("a client whose name is known has a HOSTNAME: %j, %j", (text, options, data) => {
  expect(show(text, options).data).toEqual(data);
});

test("what it prints, sh and ltsp.conf read back to the same values", () => {
  const text = `A="it's \\"so\\"
\\$x \\\\ \`"
B='

'
C=
D='%{http_code} é #'
E=%{A#it}
[clients]
HOSTNAME=pc1
`.replace("`", "\\`");
  const { lines, data } = show(text);
  expect(data).toMatchObject({ A: `it's "so"\n$x \\ \``, B: "\n\n", E: `'s "so"\n$x \\ \`` });
  expect(show(lines.join("\n")).data).toEqual(data);
  const fields = Object.keys(data).map((name) => `"$${name}"`);
  const script = `${lines.join("\n")}\nprintf '%s\\0' ${fields.join(" ")}`;
  const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  expect(stdout.split("\0").slice(0, -1)).toEqual(Object.values(data));
});

test("a file whose syntax is wrong: all mistakes at once, each with its line", () => {
  const message =
    /2 errors in it\. Correct it: ltsp --conf .* conf edit\n.*:2:3: error: [\s\S]*:4:3: error: /;
  expect(() => show("[clients]\nA=$(date)\nB=1\nC=`date`\n")).toThrow(message);
});

test("a value that its type refuses is shown as it is, for it is what clients get", () => {
  expect(show("DEBUG_SHELL=maybe").data).toEqual({ DEBUG_SHELL: "maybe" });
});
