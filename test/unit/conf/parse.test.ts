import { expect, test } from "vitest";
import { Failure } from "../../../conf/failure.ts";
import { parseConf, parseWithErrors } from "../../../conf/parse.ts";

const titles = (text: string) => parseConf(text, "ltsp.conf").sections.map(({ title }) => title);

test.each([
  ["[clients]\n [server] # comment\n\t[pc01 | pc02]\n", ["clients", "server", "pc01 | pc02"]],
  ["[192.168.67.[0-9]]\nA=1\n[init/pc01]\n[init/]", ["192.168.67.[0-9]", "init/pc01", "init/"]],
  ['[a]\nX="\n[no]\n"\n[b]\n', ["a", "b"]],
  ["[a]\ncat <<EOF >/x\n[no]\nEOF\n[b]\n", ["a", "b"]],
  ['[a]\n[ -f /x ] && y\n[ -f /x ]\n[ "$x" = y ]\n[b]\n', ["a", "b"]],
  ["[a]\n# it's a comment\necho \"$(echo \")\" 'x')\" # don't\n[b]\n", ["a", "b"]],
  ["\uFEFF[a]\nA=1\n", ["a"]],
  ["", []],
])("the sections of %j", (text, expected) => {
  expect(titles(text)).toEqual(expected);
});

test.each([
  ["A=1 # comment", { A: "1" }],
  ["A = 1", { A: "1" }],
  ["A= # nothing\nB=#x", { A: "", B: "#x" }],
  ["A=1 B=2;C=3 ; D=4", { A: "1", B: "2", C: "3", D: "4" }],
  ["  A=1\n\n\tB=2", { A: "1", B: "2" }],
  ["A=1 \\\nB=2", { A: "1", B: "2" }],
  ["A= B=2", { A: "", B: "2" }],
  ["A = B=2", { A: "B=2" }],
])("the assignments of %j", (text, expected) => {
  const { assignments } = parseConf(text, "ltsp.conf").preamble;
  const values = assignments.map(({ name, value }) => [
    name,
    value.map((part) => (part.kind === "text" ? part.text : part)).join(""),
  ]);
  expect(Object.fromEntries(values)).toEqual(expected);
});

/** The mistake, where it is, a word of why, a word of what to write instead. */
test.each([
  ["[clients]\nA='x\nB=1\n", "2:3", "never closed", "Close it with '"],
  ['A="x\n', "1:3", "never closed", 'Close it with "'],
  ["A=${B\n", "1:3", "never closed", "}"],
  ["A=1\n[clients\nB=1", "2:1", "not closed", "[clients]"],
  ["[clients]\nKERNEL_PARAMETERS=quiet splash\n", "2:1", "needs quotes", 'KERNEL_PARAMETERS="quiet splash"'],
  ["[pc01]\nKERNEL_PARAMETERS=quiet splash\n", "2:1", "needs quotes", 'KERNEL_PARAMETERS="quiet splash"'],
  ["[clients]\nHOSTNAME=“pc01 x”\n", "2:1", "typographic", "plain quotes"],
  ["[clients]\nFSTAB-X=1\n", "2:1", "letters, digits", "FSTAB_X="],
  ["[clients]\nHOSTNAME: pc01\n", "2:1", "with =", "HOSTNAME="],
  ["[clients]\nHOSTNAME pc01\n", "2:1", "no assignment", "HOSTNAME="],
  ["[clients] A=1\n", "1:1", "stands alone", "next line"],
  ["[clients]\nA=1\necho hello\n", "3:1", "shell code", "POST_INIT_X="],
  ["if true; then A=1; fi\n", "1:1", "shell code", "POST_INIT_X="],
  ["[52:54:00:12:34:56]\necho hello\n", "2:1", "shell code", "POST_INIT_X="],
  ["[init/]\necho hello\n", "2:1", "shell code", "POST_INIT_X="],
  ["[pc01]\nA=$(hostname)\n", "2:3", "command substitution", "POST_INIT_X="],
  ["A=x`hostname`\n", "1:4", "command substitution", "POST_INIT_X="],
  [`A="\${B:-$(hostname)}"\n`, "1:9", "command substitution", "POST_INIT_X="],
  ["A=$((1 + 2)\n", "1:3", "two parentheses", "$((2 * $X))"],
  ["A=$((1 + (2)\n", "1:3", "never closed", "Close it with )"],
  [`A=\${B/x/y}\n`, "1:3", "not an expansion", "##"],
  ["A=1\r\nB=2\r\n", "1:4", "Windows", "sed -i"],
  ["[x]\ncat <<EOF\n[clients]\nA=1\n", "2:5", "no end", "EOF"],
  [`A=${"${A:-".repeat(1000)}${"}".repeat(1000)}`, "1:", "too deep", "simpler"],
])("%j is refused at %s", (text, position, why, remedy) => {
  let failure: unknown;
  try {
    parseConf(text, "ltsp.conf");
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(Failure);
  expect(String(failure)).toContain(`ltsp.conf:${position}`);
  expect(String(failure)).toContain(why);
  expect(String(failure)).toContain(remedy);
});

test("a section that nothing takes by name may hold shell code, whatever that looks like", () => {
  const code = `LANG=C sort x\ny=\${z/a/b} w=$(date) v=$((1+1)) a=(1 2)\ncase x in [yY]*) echo \`id\`;; esac\n`;
  const { sections } = parseConf(`[fix-disk]\n${code}[clients]\nA=1`, "ltsp.conf");
  expect(sections.map((section) => section.code !== undefined)).toEqual([true, false]);
});

test("a mistake does not hide those below it, nor the sections", () => {
  const text = "[clients]\nA='x\nB=1 2\nC=$(x)\n[server\n[pc01]\nD=1\n[x]\nE=\"\n";
  const { conf, errors } = parseWithErrors(text, "ltsp.conf");
  expect(errors.map(({ on }) => on)).toEqual(
    ["ltsp.conf:2:3", "ltsp.conf:3:1", "ltsp.conf:4:3", "ltsp.conf:5:1", "ltsp.conf:9:3"].sort(),
  );
  expect(conf.sections.map(({ title }) => title)).toEqual(["clients", "pc01", "x"]);
});

test("another kind of file is given up after a hundred mistakes", () => {
  expect(parseWithErrors("[clients]\nA='\n".repeat(999), "ltsp.conf").errors.length).toBeLessThanOrEqual(100);
});
