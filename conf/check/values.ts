import { isAddress } from "../address.ts";
import { serverApplets } from "../applets.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { evaluate, type Subject } from "../evaluate.ts";
import { Failure } from "../failure.ts";
import { literal } from "../literal.ts";
import { findParameter, refusal } from "../parameters.ts";
import { sides } from "../section-name.ts";
import type { Settings } from "../settings.ts";
import { Mistake } from "../source.ts";
import type { Conf } from "../syntax.ts";
import { type Context, error, type Rule, warning } from "./context.ts";

/** Values that their parameter's type refuses: as they are written, and as they are expanded for the machines that are named. */
export const values: Rule = function* (context: Context) {
  const run: Run = { conf: context.conf, seen: new Set(), valueOffsets: new Map() };
  for (const assignment of context.assignments) {
    const { name, offset, valueOffset } = assignment;
    run.valueOffsets.set(offset, valueOffset);
    const value = literal(assignment);
    if (value === undefined || value.includes("%{") || name === "INCLUDE") continue;
    run.seen.add(`${offset} ${value}`);
    const refused = refusal(name, value);
    if (refused !== undefined) yield error(valueOffset, refused.why, refused.remedy);
  }
  for (const subject of subjects(context)) yield* inEffect(run, subject);
};

interface Run {
  conf: Conf;
  /** The assignments, by offset, and their values that are known to be right or were told to be wrong. */
  seen: Set<string>;
  /** Where each assignment's value starts. */
  valueOffsets: Map<number, number>;
}

/** A client that no section names, the server, each applet with a section, and each machine that sections name in full. */
function* subjects(context: Context): Iterable<Subject> {
  yield { side: "client", applet: "init" };
  const { included } = context;
  const applets = new Set(["ipxe"]);
  const machines: Partial<Subject>[] = [];
  const sections = context.index.sections.filter(({ code }) => code === undefined);
  for (const { pattern, mac, isGlob, applet } of sections.flatMap(({ names }) => names)) {
    if (applet !== undefined && serverApplets.has(applet)) applets.add(applet);
    if (mac !== undefined) machines.push({ mac });
    else if (isGlob || pattern === "" || included.has(pattern) || sides.has(pattern)) continue;
    else machines.push(isAddress(pattern) ? { ip: pattern } : { hostname: pattern });
  }
  for (const applet of applets) yield { side: "server", applet };
  for (const machine of machines) yield { side: "client", applet: "init", ...machine };
  for (const { mac } of machines) if (mac !== undefined) yield { side: "server", applet: "ipxe", mac };
}

function* inEffect({ conf, seen, valueOffsets }: Run, subject: Subject): Iterable<Diagnostic> {
  let settings: Settings;
  try {
    settings = evaluate(conf, subject);
  } catch (failure) {
    // That a section is code which INCLUDE takes in is told at the INCLUDE.
    if (failure instanceof Mistake && !conf.sections.some(({ code }) => code?.offset === failure.offset))
      yield ofEvaluation(failure, subject);
    else if (!(failure instanceof Failure)) throw failure;
    return;
  }
  // Any client's address will do: it is only to be seen what becomes of the value.
  const someone = settings.as({
    mac: subject.mac ?? "52:54:00:12:34:56",
    ip: subject.ip ?? "192.168.67.20",
    server: "192.168.67.1",
  });
  for (const name of settings.names()) {
    const { value = "", line } = settings.history(name).at(-1) ?? {};
    const known = `${line?.offset} ${value}`;
    if (line === undefined || seen.has(known)) continue;
    // What a value becomes where nobody reads it does not matter: a client's $SERVER is empty on the server.
    if (!findParameter(name)?.readers.includes(subject.applet ?? "")) continue;
    seen.add(known);
    yield* expanded(someone, name, valueOffsets.get(line.offset) ?? line.offset);
  }
}

function* expanded(settings: Settings, name: string, offset: number): Iterable<Diagnostic> {
  try {
    const refused = refusal(name, settings.get(name) ?? "");
    if (refused !== undefined) yield error(offset, refused.why, refused.remedy);
  } catch (failure) {
    if (!(failure instanceof Mistake)) throw failure;
    yield error(failure.offset, failure.why, failure.remedy);
  }
}

/** `${X:?message}` may be right for clients that have a section: it is a warning for those that have none. */
function ofEvaluation({ offset, why, remedy, source }: Mistake, subject: Subject): Diagnostic {
  const isWish = /^\$\{\w+:?\?/.test(source.text.slice(offset, offset + 200));
  const client = subject.mac ?? subject.ip ?? subject.hostname ?? "a client that no section names";
  if (!isWish || subject.side === "server") return error(offset, why, remedy);
  return warning(offset, `${client} does not boot: ${why}`, remedy);
}
