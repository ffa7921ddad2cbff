import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { checkConf } from "../conf/check/check.ts";
import { formatDiagnostic } from "../conf/diagnostic.ts";
import { errnoOf, Failure } from "../conf/failure.ts";
import { parseWithErrors } from "../conf/parse.ts";
import type { Conf } from "../conf/syntax.ts";
import { template } from "../conf/template.ts";
import { commandOn, isError, isWarning, serverFacts, tally } from "./conf.ts";
import {
  type ConfFile,
  install,
  linkTarget,
  newOwnership,
  readIfThere,
  requireWritable,
  writePrivate,
} from "./conf-file.ts";
import { findEditor, runEditor } from "./editor.ts";
import { makeDirectory } from "./files.ts";
import { withLock } from "./lock.ts";
import { menuDiffers } from "./menu-change.ts";
import type { Report } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** One run of `ltsp conf edit`. */
interface Edit {
  /** As the admin calls it, which messages do too. */
  path: string;
  /** The same behind symbolic links. */
  target: string;
  /** Undefined if there is no file yet. */
  before: ConfFile | undefined;
  /** What the editor starts with. */
  start: Buffer;
  /** The file that is edited. */
  copy: string;
  terminal: Terminal;
}

/**
 * `ltsp conf edit`, as visudo: the admin edits a copy, which takes the file's place once it has no errors. Whatever
 * goes wrong, the file stays as it was, and a copy with changes in it stays too. `updateClients` is `ltsp initrd`.
 */
export async function confEdit(
  path: string,
  terminal: Terminal,
  updateClients: () => Promise<Report>,
): Promise<Report> {
  const target = linkTarget(path);
  const [directory, name] = [dirname(target), basename(target)];
  makeDirectory(directory);
  requireWritable(directory);
  const { before, after } = await withLock(join(directory, `.${name}.lock`), path, async () => {
    const before = readIfThere(target);
    const copy = join(directory, `.${name}.edit-${randomBytes(3).toString("hex")}`);
    const start = before?.content ?? Buffer.from(template());
    return { before, after: await editCopy({ path, target, before, start, copy, terminal }) };
  });
  if (after !== undefined) return followUp(path, before, after, terminal, updateClients);
  const line = before === undefined ? `${path}: not made` : `${path}: unchanged`;
  return { lines: [line], data: { file: path, changed: false, initrd: null, next: [] } };
}

/** The new content of the file, undefined if it stays as it was. */
async function editCopy(edit: Edit): Promise<Conf | undefined> {
  tellLeftovers(edit);
  writePrivate(edit.copy, edit.start);
  try {
    const after = await untilRight(edit);
    if (after !== undefined) putInPlace(edit);
    return after;
  } catch (error) {
    throw withCopyNamed(error, edit);
  }
}

/** Has the copy edited until it may take the file's place; undefined if it is not to, and then it is gone. */
async function untilRight(edit: Edit): Promise<Conf | undefined> {
  const { path, before, start, copy, terminal } = edit;
  const editor = findEditor();
  const facts = serverFacts((before ?? newOwnership()).mode);
  for (;;) {
    await runEditor(editor, copy);
    const content = readEdited(edit);
    if (content.equals(start)) break;
    const { conf, diagnostics: all } = checkConf(content.toString("utf8"), path, facts);
    const diagnostics = all.filter((one) => isError(one) || isWarning(one));
    if (diagnostics.length === 0) return conf;
    terminal.say([...diagnostics.flatMap((one) => formatDiagnostic(conf.source, one)), tally(diagnostics)]);
    const answer = await whatNow(edit, diagnostics.some(isError));
    if (answer === "s") return conf;
    if (answer === "x") break;
  }
  rmSync(copy, { force: true });
  return undefined;
}

function readEdited({ copy, start, path }: Edit): Buffer {
  if (!existsSync(copy)) {
    const why = "the editor took away what was to be edited, so it stays as it was";
    throw new Failure("invalid", path, why, "Save it under the name that the editor was given.");
  }
  const content = readFileSync(copy);
  // An editor on a full disk leaves nothing, and nobody wants an ltsp.conf of nothing.
  if (content.length === 0 && start.length > 0) {
    const why = "the edited copy is empty, so it stays as it was";
    throw new Failure("invalid", path, why, "For an ltsp.conf without settings, leave a comment in it.");
  }
  return content;
}

async function whatNow({ path, terminal }: Edit, hasErrors: boolean): Promise<string> {
  if (!terminal.isInteractive) {
    const why = "there is no terminal to ask what now, so it stays as it was";
    throw new Failure("invalid", path, why);
  }
  const question = hasErrors
    ? "What now? (e)dit again, e(x)it without saving: "
    : "What now? (e)dit again, (s)ave anyway, e(x)it without saving: ";
  const answer = await terminal.choose(question, hasErrors ? ["e", "x"] : ["e", "s", "x"]);
  if (answer !== undefined) return answer;
  throw new Failure("interrupted", path, "no answer came, so it stays as it was");
}

function putInPlace({ path, target, before, copy }: Edit): void {
  const why = "somebody else changed it in the meantime, and their version stays";
  const changed = new Failure("busy", path, why, `Bring both together: diff ${target} ${copy}`);
  const now = readIfThere(target);
  if (before === undefined ? now !== undefined : !now?.content.equals(before.content)) throw changed;
  try {
    install(copy, target, now ?? newOwnership(), now === undefined);
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    if (code === "EEXIST") throw changed;
    const why = `the new version cannot take its place (${code})`;
    throw new Failure("system", path, why, `To try it by hand: cp ${copy} ${target}`, { cause: error });
  }
}

/** Says what the change still needs, and does the part that needs no decision but yes. */
async function followUp(
  path: string,
  before: ConfFile | undefined,
  after: Conf,
  terminal: Terminal,
  updateClients: () => Promise<Report>,
): Promise<Report> {
  const question = `${path} is saved. Give it to the clients now, with ltsp initrd? [Y/n] `;
  const initrd = (await agrees(terminal, question)) ? await updateClients() : undefined;
  const old = parseWithErrors(before?.content.toString("utf8") ?? "", path);
  const menu = old.errors.length > 0 || menuDiffers(old.conf, after);
  const applets = [...(initrd === undefined ? ["initrd"] : []), ...(menu ? ["ipxe"] : [])];
  const next = applets.map((applet) => commandOn(path, applet));
  return {
    lines: [
      `${path}: saved`,
      ...(initrd?.lines ?? []),
      ...(menu ? ["What the boot menu is made of has changed too."] : []),
      ...(next.length > 0 ? [`Next: ${next.join(" and ")}`] : []),
    ],
    data: { file: path, changed: true, initrd: initrd?.data ?? null, next },
  };
}

/** Enter alone is a yes. Whoever stops here has what was saved. */
async function agrees(terminal: Terminal, question: string): Promise<boolean> {
  if (!terminal.isInteractive) return false;
  const yes = ["", "y", "yes"];
  const answer = await terminal.choose(question, [...yes, "n", "no"]).catch(() => undefined);
  return answer !== undefined && yes.includes(answer);
}

/** What an earlier edit left when it was cut off. Nobody else edits now, so it is nobody's. */
function tellLeftovers({ target, terminal }: Edit): void {
  const start = `.${basename(target)}.edit-`;
  const names = readdirSync(dirname(target)).filter((name) => name.startsWith(start));
  terminal.say(names.map((name) => `Left by an earlier edit: ${join(dirname(target), name)}`));
}

/** The same failure, with the place of what the admin wrote. Without any change in it, the copy is taken away. */
function withCopyNamed(error: unknown, { path, copy, start }: Edit): unknown {
  if (!existsSync(copy)) return error;
  const content = readFileSync(copy);
  if (content.length === 0 || content.equals(start)) {
    rmSync(copy);
    return error;
  }
  const { kind, on, why, remedy } =
    error instanceof Failure ? error : new Failure("system", path, `it cannot be edited (${error})`);
  if (remedy?.includes(copy)) return error;
  const place = `What you wrote is in ${copy}`;
  return new Failure(kind, on, why, remedy === undefined ? place : `${place}. ${remedy}`, { cause: error });
}
