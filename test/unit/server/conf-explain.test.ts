import { afterEach, beforeEach, expect, test } from "vitest";
import { confExplain, nameAndFile } from "../../../server/conf-explain.ts";
import { type SubjectOptions, subjectOf } from "../../../server/subject.ts";
import { type ConfDirectory, confDirectory } from "./conf-directory.ts";

let directory: ConfDirectory;
beforeEach(() => {
  directory = confDirectory();
});
afterEach(() => directory.remove());

const room = `SERVER=10.0.0.1
[server]
MENU_TIMEOUT=3000
[clients]
HOSTNAME=pc%{IP}
FSTAB_HOME="server:/home /home nfs defaults 0 0"
FSTAB_SHARE="server:/srv /srv nfs defaults 0 0"
[52:54:00:12:34:56]
  HOSTNAME=pc01
POST_INIT_X="echo 1
echo 2"
`;
const explain = (name?: string, options: SubjectOptions = { mac: "52:54:00:12:34:56" }) => {
  const report = confExplain(directory.write(room), subjectOf(options), name);
  return { ...report, text: report.lines.join("\n").replaceAll(directory.conf, "ltsp.conf") };
};

const byMacAndCmdline = { mac: "52:54:00:12:34:56", cmdline: "ltsp.hostname=pc99" };

test("each parameter with the line that set it, and below that the ones it replaced, the latest first", () => {
  expect(explain(undefined, byMacAndCmdline).text.replace(/(?<=\S) {2,}/g, "  ")).toBe(`HOSTNAME='pc01'
  set in  ltsp.conf:9:3  [52:54:00:12:34:56]  HOSTNAME=pc01
  replaced  ltsp.conf:5:1  [clients]  HOSTNAME=pc%{IP}
  replaced  the kernel command line's ltsp.hostname  HOSTNAME='pc99'

SERVER='10.0.0.1'
  set in  ltsp.conf:1:1  above all sections  SERVER=10.0.0.1

FSTAB_HOME='server:/home /home nfs defaults 0 0'
  set in  ltsp.conf:6:1  [clients]  FSTAB_HOME="server:/home /home nfs defaults 0 0"

FSTAB_SHARE='server:/srv /srv nfs defaults 0 0'
  set in  ltsp.conf:7:1  [clients]  FSTAB_SHARE="server:/srv /srv nfs defaults 0 0"

POST_INIT_X='echo 1
echo 2'
  set in  ltsp.conf:10:1  [52:54:00:12:34:56]  POST_INIT_X="echo 1 …`);
});

test("places, sections and lines stand below each other", () => {
  const [, ...rows] = explain(undefined, byMacAndCmdline).lines.slice(0, 4);
  expect(new Set(rows.map((row) => row.lastIndexOf("HOSTNAME="))).size).toBe(1);
});

test("a name that nothing sets is there by default", () => {
  const { lines } = confExplain(directory.write(""), subjectOf({ ip: "10.0.0.7" }));
  expect(lines).toEqual(["HOSTNAME='ltsp7'", "  by default, since nothing sets it"]);
});

test("with a parameter's name: its help, and it alone", () => {
  const { text, data } = explain("HOSTNAME");
  expect(text).toMatch(
    /^HOSTNAME\n {2}The client's name[\s\S]*example: +HOSTNAME=[\s\S]*\n\nHOSTNAME='pc01'\n/,
  );
  expect(text).not.toContain("FSTAB");
  expect(data).toEqual({
    HOSTNAME: {
      value: "pc01",
      set: [
        { place: `${directory.conf}:5:1`, section: "clients", value: "pc%{IP}" },
        { place: `${directory.conf}:9:3`, section: "52:54:00:12:34:56", value: "pc01" },
      ],
    },
  });
});

test.each(["FSTAB", "FSTAB_x", "FSTAB_"])("%s is the whole family", (name) => {
  const { text, data } = explain(name);
  expect(text).toMatch(/^FSTAB_x\n {2}A line for the client's \/etc\/fstab/);
  expect(Object.keys(data)).toEqual(["FSTAB_HOME", "FSTAB_SHARE"]);
});

test("one of a family is only that one, with the family's help", () => {
  const { text, data } = explain("FSTAB_SHARE");
  expect(text).toMatch(/^FSTAB_x\n/);
  expect(Object.keys(data)).toEqual(["FSTAB_SHARE"]);
});

test("a family with a number in its name", () => {
  expect(explain("UDEV_SEAT").text).toMatch(
    /^UDEV_SEAT_n_x\n[\s\S]*Nothing sets UDEV_SEAT for this client\.$/,
  );
});

test("a parameter that is not set says so, and where the server reads it", () => {
  expect(explain("DNS_SERVER").text).toMatch(/\n\nNothing sets DNS_SERVER for this client\.$/);
  expect(explain("MENU_TIMEOUT").text).toMatch(/this client\. The server reads it: add --server\.$/);
  expect(explain("MENU_TIMEOUT", { server: true }).text).toMatch(/MENU_TIMEOUT='3000'\n {2}set in/);
});

test.each([
  ["HOSTNAEM", "Did you mean HOSTNAME?"],
  ["FSTABS", "Did you mean FSTAB_x?"],
  ["USE_LOCAL_SWAP", "Write LOCAL_SWAP=1"],
  ["WOMBAT", "ltsp conf --help"],
])("%s is unknown, and nothing sets it: %s", (name, remedy) => {
  const start = `${name}: there is no such parameter, and nothing sets it. `;
  expect(() => explain(name)).toThrow(start);
  expect(() => explain(name)).toThrow(remedy);
});

test("an unknown name that something sets is explained all the same", () => {
  const { lines } = confExplain(directory.write("ROOM=2b\n"), subjectOf({}), "ROOM");
  expect(lines).toEqual(["ROOM='2b'", expect.stringMatching(/^ {2}set in {2}.*ROOM=2b$/)]);
});

test.each([
  [["HOSTNAME"], { name: "HOSTNAME" }],
  [["FSTAB_x", "my.conf"], { name: "FSTAB_x", file: "my.conf" }],
  [["my.conf", "UDEV_SEAT_n_x"], { name: "UDEV_SEAT_n_x", file: "my.conf" }],
  [["./HOSTNAME"], { file: "./HOSTNAME" }],
  [[undefined], {}],
])("the arguments %j are %j", (given, expected) => {
  expect(nameAndFile(...given)).toEqual(expected);
});

test("a parameter in small letters, and no file of that name: says how it is written", () => {
  expect(() => nameAndFile("hostname")).toThrow(/hostname: there is no such file\. .*explain HOSTNAME$/);
});

test.each([
  ["NAT", "LANG"],
  ["a.conf", "b.conf"],
])("%s and %s are too much", (...given) => {
  expect(() => nameAndFile(...given)).toThrow(expect.objectContaining({ kind: "usage" }));
});
