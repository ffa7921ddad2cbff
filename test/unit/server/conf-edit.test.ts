import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { confEdit } from "../../../server/conf-edit.ts";
import { withLock } from "../../../server/lock.ts";
import type { Report } from "../../../server/options.ts";
import type { Terminal } from "../../../server/terminal.ts";
import { type ConfDirectory, confDirectory } from "./conf-directory.ts";
import { atTerminal } from "./terminal.ts";

const bun = join(process.cwd(), "node_modules/@oven/bun-linux-x64-baseline/bin/bun");

let directory: ConfDirectory;
beforeEach(() => {
  directory = confDirectory();
  directory.write("[clients]\nHOSTNAME=old\n");
});
afterEach(() => {
  directory.remove();
  vi.unstubAllEnvs();
});

/** From now on the editor runs this shell code, with the file to edit as $1. */
function editor(script: string): void {
  vi.stubEnv("SUDO_EDITOR", directory.program("editor", script));
}

/** What the admin was told and asked, and how the run ended. */
interface Run {
  said: string;
  asked: string[];
  report: Report | undefined;
  failure: string;
  /** How often `ltsp initrd` was run. */
  updates: number;
}

/** Edits with these answers; with none, nobody is at the terminal. */
async function edit(...answers: (string | undefined)[]): Promise<Run> {
  const run: Run = { said: "", asked: [], report: undefined, failure: "", updates: 0 };
  const terminal: Terminal = {
    isInteractive: answers.length > 0,
    say: (lines) => {
      run.said += lines.map((line) => `${line}\n`).join("");
    },
    choose: async (question, choices) => {
      run.asked.push(question);
      const answer = answers.shift();
      if (answer !== undefined) expect(choices).toContain(answer);
      return answer;
    },
  };
  const update = async () => {
    run.updates++;
    return { lines: ["ltsp.img: new"], data: { ltspImg: "new" } };
  };
  try {
    run.report = await confEdit(directory.conf, terminal, update);
  } catch (error) {
    run.failure = String(error);
  }
  return run;
}

const copies = () => directory.files().filter((name) => name.startsWith(".ltsp.conf.edit-"));
const copyIn = (failure: string) => /What you wrote is in (\S+\.edit-[0-9a-f]+)/.exec(failure)?.[1] ?? "";

describe("a right file", () => {
  test("takes the old one's place, and clients get it if the admin wants", async () => {
    editor('echo HOSTNAME=new > "$1"');
    const { report, asked, updates } = await edit("");
    expect(directory.read()).toBe("HOSTNAME=new\n");
    expect(asked).toEqual([expect.stringMatching(/is saved\..*ltsp initrd\? \[Y\/n\] $/)]);
    expect(updates).toBe(1);
    expect(report?.lines).toEqual([`${directory.conf}: saved`, "ltsp.img: new"]);
    expect(directory.files()).toEqual(["ltsp.conf"]);
  });

  test.each(["n", undefined])("to a %s, it says what is to be run", async (answer) => {
    editor('echo HOSTNAME=new > "$1"');
    const { report, updates } = await edit(answer, answer);
    expect(updates).toBe(0);
    expect(report?.lines.at(-1)).toBe(`Next: ltsp --conf ${directory.conf} initrd`);
  });

  test("without a terminal it is saved too", async () => {
    editor('echo HOSTNAME=new > "$1"');
    expect((await edit()).report?.lines[0]).toBe(`${directory.conf}: saved`);
    expect(directory.read()).toBe("HOSTNAME=new\n");
  });

  test("keeps the old one's owner, group and mode; while it is edited nobody else can read it", async () => {
    chmodSync(directory.conf, 0o644);
    const owner = process.getuid?.() === 0 ? 4711 : (process.getuid?.() ?? 0);
    chownSync(directory.conf, owner, process.getgid?.() ?? 0);
    editor(`stat -c %a "$1" > ${directory.path}/mode; echo HOSTNAME=new > "$1"`);
    await edit("n");
    expect(readFileSync(join(directory.path, "mode"), "utf8")).toBe("600\n");
    expect(statSync(directory.conf)).toMatchObject({ uid: owner, gid: process.getgid?.() });
    expect(statSync(directory.conf).mode & 0o777).toBe(0o644);
  });

  test("through a symbolic link: the link stays, what it leads to is new", async () => {
    const link = join(directory.path, "link.conf");
    symlinkSync("etc/ltsp.conf", link);
    editor('echo HOSTNAME=new > "$1"');
    await confEdit(link, { isInteractive: false, say: () => {}, choose: async () => undefined }, vi.fn());
    expect(readlinkSync(link)).toBe("etc/ltsp.conf");
    expect(directory.read()).toBe("HOSTNAME=new\n");
  });

  test("bytes that are no UTF-8 stay the bytes they are", async () => {
    const before = Buffer.from("# M\xfcller\nHOSTNAME=old\n", "latin1");
    writeFileSync(directory.conf, before);
    editor('sed -i s/old/new/ "$1"');
    await edit("s", "n");
    expect(readFileSync(directory.conf)).toEqual(Buffer.from("# M\xfcller\nHOSTNAME=new\n", "latin1"));
  });

  test("an editor that writes another file and renames it is as good", async () => {
    editor('echo HOSTNAME=new > "$1~"; mv "$1~" "$1"');
    await edit("n");
    expect(directory.read()).toBe("HOSTNAME=new\n");
  });
});

describe("the boot menu", () => {
  test.each([
    ["a title", "[server]\nIPXE_LAB=x\n", "[server]\nIPXE_LAB=y\n", true],
    ["one client's", "", "[52:54:00:12:34:56]\nDEFAULT_IMAGE=lab\n", true],
    ["one client's, gone", "[52:54:00:12:34:56]\nMENU_TIMEOUT=0\n", "# none\n", true],
    ["the same, written otherwise", "[server]\nMENU_TIMEOUT=1\n", "[common]\nMENU_TIMEOUT='1'\n", false],
    ["nothing of it", "HOSTNAME=a\n", "HOSTNAME=b\n", false],
    ["a file that could not be read before", "[server]\nNAT=$(\n", "[server]\nNAT=1\n", true],
  ])("%s: says whether ltsp ipxe is needed", async (_, before, after, isNeeded) => {
    directory.write(before);
    editor(`cat > "$1" <<'END'\n${after}END`);
    const { report } = await edit("s", "n");
    expect(directory.read()).toBe(after);
    expect(report?.data.next).toEqual([
      `ltsp --conf ${directory.conf} initrd`,
      ...(isNeeded ? [`ltsp --conf ${directory.conf} ipxe`] : []),
    ]);
  });
});

describe("a file with errors", () => {
  const wrong = `echo "DEBUG_SHELL=maybe" > "$1"`;

  test("is edited again, with what was written, until it is right", async () => {
    editor('grep -q maybe "$1" && exec sed -i s/maybe/1/ "$1"\necho DEBUG_SHELL=maybe > "$1"');
    const { said, asked } = await edit("e", "n");
    expect(said).toMatch(/ltsp\.conf:1:\d+: error: DEBUG_SHELL is 0 or 1[\s\S]*\^\n1 error, no warnings\n/);
    expect(asked[0]).toBe("What now? (e)dit again, e(x)it without saving: ");
    expect(directory.read()).toBe("DEBUG_SHELL=1\n");
  });

  test("on x, all is as it was", async () => {
    editor(wrong);
    const { report } = await edit("x");
    expect(report).toMatchObject({ lines: [`${directory.conf}: unchanged`], data: { changed: false } });
    expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
    expect(directory.files()).toEqual(["ltsp.conf"]);
  });

  test.each([
    ["without a terminal", []],
    ["when the input ends", [undefined]],
  ])("%s the file stays, and so does what was written", async (_, answers) => {
    editor(wrong);
    const { failure } = await edit(...answers);
    expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
    expect(readFileSync(copyIn(failure), "utf8")).toBe("DEBUG_SHELL=maybe\n");
    expect(statSync(copyIn(failure)).mode & 0o777).toBe(0o600);
    const { said } = await edit("x");
    expect(said).toContain(`Left by an earlier edit: ${copyIn(failure)}\n`);
  });
});

test("warnings are shown, and the admin may save all the same", async () => {
  editor('echo INCLUDE=nothing > "$1"');
  const { said, asked } = await edit("s", "n");
  expect(said).toMatch(/ltsp\.conf:1:\d+: warning: [\s\S]*\nno errors, 1 warning\n/);
  expect(asked[0]).toBe("What now? (e)dit again, (s)ave anyway, e(x)it without saving: ");
  expect(directory.read()).toBe("INCLUDE=nothing\n");
});

test("a file that the editor left as it was: nothing is done", async () => {
  const { ino } = statSync(directory.conf);
  editor(":");
  const { report, asked } = await edit("s");
  expect(report?.lines).toEqual([`${directory.conf}: unchanged`]);
  expect(asked).toEqual([]);
  expect(statSync(directory.conf).ino).toBe(ino);
  expect(directory.files()).toEqual(["ltsp.conf"]);
});

test.each([
  ["fails", 'echo A=1 > "$1"; exit 3', /the editor failed \(exit status 3\)/, "A=1\n"],
  ["is killed", 'echo A=1 > "$1"; kill -9 $$', /the editor was ended by SIGKILL/, "A=1\n"],
])("an editor that %s: the file stays, and what was written", async (_, script, message, written) => {
  editor(script);
  const { failure } = await edit("s");
  expect(failure).toMatch(message);
  expect(readFileSync(copyIn(failure), "utf8")).toBe(written);
  expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
});

test.each([
  ["fails and wrote nothing", "exit 3", /the editor failed/],
  ["leaves an empty file, as on a full disk", ': > "$1"', /is empty, so it stays/],
  ["removes the file", 'rm "$1"', /took away/],
])("an editor that %s leaves nothing behind", async (_, script, message) => {
  editor(script);
  expect((await edit("s")).failure).toMatch(message);
  expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
  expect(directory.files()).toEqual(["ltsp.conf"]);
});

test("a change that somebody else made meanwhile stays, and so does this one, beside it", async () => {
  editor(`echo HOSTNAME=mine > "$1"; echo HOSTNAME=theirs > ${directory.conf}`);
  const { failure } = await edit("n");
  expect(failure).toMatch(/somebody else changed it.*: diff \S+ltsp\.conf \S+$/);
  expect(directory.read()).toBe("HOSTNAME=theirs\n");
  expect(copies()).toHaveLength(1);
  expect(readFileSync(join(directory.path, "etc", copies()[0] ?? ""), "utf8")).toBe("HOSTNAME=mine\n");
});

describe("no file yet", () => {
  beforeEach(() => {
    directory.remove();
    directory = confDirectory();
  });

  test("it starts with a commented one, and is made as ltsp conf new makes it", async () => {
    editor(`cp "$1" ${directory.path}/seen; echo HOSTNAME=new > "$1"`);
    await edit("n");
    expect(readFileSync(join(directory.path, "seen"), "utf8")).toMatch(/^# ltsp\.conf/);
    expect(directory.read()).toBe("HOSTNAME=new\n");
    expect(statSync(directory.conf).mode & 0o777).toBe(0o660);
  });

  test("one that appears meanwhile stays", async () => {
    editor(`echo HOSTNAME=mine > "$1"; ln -s nowhere ${directory.conf}`);
    expect((await edit("n")).failure).toMatch(/somebody else changed it/);
    expect(readlinkSync(directory.conf)).toBe("nowhere");
  });

  test("left as it was, none is made", async () => {
    editor(":");
    expect((await edit("s")).report?.lines).toEqual([`${directory.conf}: not made`]);
    expect(existsSync(directory.conf)).toBe(false);
  });
});

test("two admins cannot edit at once", async () => {
  editor('echo HOSTNAME=new > "$1"');
  const lock = join(directory.path, "etc/.ltsp.conf.lock");
  await withLock(lock, "x", async () => {
    expect((await edit("n")).failure).toMatch(/another ltsp is working on it \(process \d+/);
  });
  expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
});

describe("the editor", () => {
  test.each([
    [["SUDO_EDITOR", "VISUAL", "EDITOR"], "SUDO_EDITOR"],
    [["VISUAL", "EDITOR"], "VISUAL"],
    [["EDITOR"], "EDITOR"],
    [[], "nano"],
  ])("of $%s is $%s", async (set, used) => {
    for (const name of ["SUDO_EDITOR", "VISUAL", "EDITOR"]) {
      const program = directory.program(`ed-${name}`, `echo "# ${name} $1" >> "$2"`);
      vi.stubEnv(name, set.includes(name) ? `${program}  --wait` : "");
    }
    directory.program("nano", 'echo "# nano --wait" >> "$1"');
    vi.stubEnv("PATH", `${directory.path}/bin`);
    await edit("n");
    expect(directory.read()).toBe(`[clients]\nHOSTNAME=old\n# ${used} --wait\n`);
  });

  test("one that is not installed is passed over; without any, the message says what to install", async () => {
    for (const name of ["SUDO_EDITOR", "VISUAL", "EDITOR"]) vi.stubEnv(name, "no-such-editor -w");
    vi.stubEnv("PATH", `${directory.path}/bin`);
    expect((await edit("n")).failure).toMatch(/no-such-editor.*vi: none of these.*apt install nano/);
    directory.program("vi", 'echo "# vi" >> "$1"');
    await edit("n");
    expect(directory.read()).toContain("# vi");
  });
});

describe("at a real terminal", () => {
  const command = () => [bun, "ltsp.ts", "--conf", directory.conf, "-t", directory.path, "conf", "edit"];

  test("the editor has the keyboard, then the questions, then the editor again", async () => {
    editor('printf "line: "; read -r line; echo "$line" >> "$1"');
    const { screen, status } = await atTerminal(command(), [
      ["line: ", "DEBUG_SHELL=maybe\n"],
      ["without saving: ", "what\n"],
      ["without saving: ", "e\n"],
      ["line: ", "LOCAL='\n"],
      ["without saving: ", "E\n"],
      ["line: ", "'\n"],
      ["without saving: ", "x\n"],
    ]);
    expect(screen).toMatch(/:3:\d+: error: DEBUG_SHELL[\s\S]*3 \| DEBUG_SHELL=maybe\n +\| +\^\n1 error, /);
    expect(screen).toMatch(/:4:\d+: error: .*never closed/);
    expect(screen).toMatch(/ltsp\.conf: unchanged\n$/);
    expect(status).toBe(0);
    expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
  });

  test("a right file is saved; no to the question says what is left to do", async () => {
    editor('sed -i s/old/new/ "$1"');
    const { screen, status } = await atTerminal(command(), [["[Y/n] ", "n\n"]]);
    expect(screen).toMatch(/saved\. Give it to the clients[\s\S]*ltsp\.conf: saved\nNext: ltsp .*initrd\n$/);
    expect(status).toBe(0);
    expect(directory.read()).toBe("[clients]\nHOSTNAME=new\n");
  });

  test("Ctrl-C at a question: the file stays, and so does what was written", async () => {
    editor('echo DEBUG_SHELL=maybe >> "$1"');
    const { screen, status } = await atTerminal(command(), [["without saving: ", "\x03"]]);
    expect(screen).toMatch(/SIGINT: stopped as told/);
    expect(status).toBe(1);
    expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
    expect(basename(copyIn(screen))).toBe(copies()[0]);
    expect(directory.files()).not.toContain(".ltsp.conf.lock");
  });

  test("Ctrl-D at a question is no answer, and loses nothing either", async () => {
    editor('echo DEBUG_SHELL=maybe >> "$1"');
    const { screen, status } = await atTerminal(command(), [["without saving: ", "\x04"]]);
    expect(screen).toMatch(/no answer came, so it stays as it was/);
    expect(status).toBe(1);
    expect(copies()).toHaveLength(1);
  });

  test("Ctrl-C in the editor is the editor's", async () => {
    editor('trap "echo A=1 >> $1" INT; echo ready; read -r line || read -r line; sed -i s/old/new/ "$1"');
    await atTerminal(command(), [
      ["ready", "\x03"],
      ["^C", "\n"],
      ["without saving: ", "s\n"],
      ["[Y/n] ", "n\n"],
    ]);
    expect(directory.read()).toBe("[clients]\nHOSTNAME=new\nA=1\n");
  });
});

test("told to end while the editor runs, it ends the editor and keeps what was written", async () => {
  editor('echo A=1 > "$1"; echo ready; exec sleep 600');
  const child = spawn(bun, ["ltsp.ts", "--conf", directory.conf, "conf", "edit"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    stderr += piece;
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  const [status] = await once(child, "close");
  expect(status).toBe(1);
  expect(stderr).toMatch(/SIGTERM: stopped as told/);
  expect(readFileSync(copyIn(stderr), "utf8")).toBe("A=1\n");
  expect(directory.read()).toBe("[clients]\nHOSTNAME=old\n");
});
