import { cmdlineSettings } from "./cmdline.ts";
import { expand, type Variables } from "./expand.ts";
import { parseMac } from "./mac.ts";
import {
  appletKey,
  effectiveSections,
  findSection,
  functionName,
  type Key,
  mayBeFunction,
  plainKey,
} from "./section-name.ts";
import { type Setting, Settings } from "./settings.ts";
import type { Conf, Section } from "./syntax.ts";

/** The machine that asks, and for what. */
export interface Subject {
  side: "client" | "server";
  mac?: string;
  ip?: string;
  /** Of the IP address's subnet; 24 if not given. Only `%{IP}` needs it. */
  prefixLength?: number;
  /** The name it has so far, from DHCP for instance; a section may set HOSTNAME to another. */
  hostname?: string;
  applet?: string;
  /** As parseCmdline gives it. */
  cmdline?: ReadonlyMap<string, string>;
}

/**
 * The parameters of ltsp.conf that are in effect for a machine. In this order, later ones winning: `ltsp.key=value`
 * of the kernel command line, what stands above all sections, [clients] or [server], [common], the sections for
 * the MAC, the IP and the hostname, then the applet's. A Failure names the line at fault.
 */
export function evaluate(conf: Conf, subject: Subject): Settings {
  const run = new Evaluation(conf, subject);
  const mac = subject.mac === undefined ? undefined : parseMac(subject.mac);

  run.section(conf.preamble);
  run.matching(plainKey(subject.side === "server" ? "server" : "clients"));
  run.matching(plainKey("common"));
  if (mac !== undefined) run.matching(plainKey(mac));
  if (subject.ip !== undefined) run.matching(plainKey(subject.ip));
  run.matchingHostname(plainKey);

  const { applet } = subject;
  if (applet !== undefined) {
    run.matching(appletKey(applet, ""));
    if (mac !== undefined) run.matching(appletKey(applet, mac));
    if (subject.ip !== undefined) run.matching(appletKey(applet, subject.ip));
    run.matchingHostname((hostname) => appletKey(applet, hostname));
  }
  return run.settings();
}

/** sh's special parameters, as they are in a function that got no arguments. */
const special: Record<string, string> = { "#": "0", "?": "0" };

class Evaluation {
  readonly #conf: Conf;
  readonly #subject: Subject;
  readonly #sections: Section[];
  readonly #done = new Set<Section>();
  readonly #settings = new Map<string, Setting>();

  constructor(conf: Conf, subject: Subject) {
    this.#conf = conf;
    this.#subject = subject;
    this.#sections = effectiveSections(conf);
    // Some DHCP servers send the domain along.
    const hostname = subject.hostname?.replace(/\..*/, "") ?? "";
    if (hostname !== "")
      this.#settings.set("HOSTNAME", { value: hostname, place: () => "the client's hostname" });
    for (const [name, value] of cmdlineSettings(subject.cmdline ?? new Map())) {
      this.#settings.set(name, {
        value,
        place: () => `the kernel command line's ltsp.${name.toLowerCase()}`,
      });
    }
  }

  /** Evaluates the first section that matches, if there is one and it has not been evaluated yet. */
  matching(key: Key): void {
    const section = findSection(this.#sections, key);
    if (section !== undefined) this.section(section);
  }

  /** The same for the hostname that the sections so far give; none if that needs what is not known. */
  matchingHostname(key: (hostname: string) => Key): void {
    const hostname = new Settings(this.#settings, this.#subject).wantedHostname;
    if (!hostname.includes("%{")) this.matching(key(hostname));
  }

  section(section: Section): void {
    if (this.#done.has(section)) return;
    this.#done.add(section);
    const { source } = this.#conf;
    if (section.code !== undefined) {
      throw source.failure(section.code.offset, section.code.why, section.code.remedy);
    }
    for (const { offset, name, value } of section.assignments) {
      const variables = this.#variables(offset);
      const expanded = expand(value, variables);
      if (name === "INCLUDE") this.matching(plainKey(expanded));
      else variables.set(name, expanded);
    }
  }

  settings(): Settings {
    return new Settings(this.#settings, this.#subject, this.#functions());
  }

  #variables(offset: number): Variables {
    const { source } = this.#conf;
    return {
      get: (name) => this.#settings.get(name)?.value ?? special[name],
      set: (name, value) => this.#settings.set(name, { value, place: () => source.place(offset) }),
      failure: (at, why, remedy) => source.failure(at, why, remedy),
    };
  }

  #functions(): Map<string, string> {
    const functions = new Map<string, string>();
    for (const section of this.#sections) {
      if (section.code === undefined || !mayBeFunction(section)) continue;
      const body = this.#conf.source.text.slice(section.bodyStart, section.end).trim();
      // Section names have no case, those of sh's functions do: both spellings work.
      for (const name of [section.title.toLowerCase(), section.title].flatMap((title) => title.split("|"))) {
        functions.set(functionName(name.trim()), body);
      }
    }
    return functions;
  }
}
