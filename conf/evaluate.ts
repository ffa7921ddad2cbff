import { isServersOwn } from "./applets.ts";
import { cmdlineSettings } from "./cmdline.ts";
import { expand, type Variables } from "./expand.ts";
import { parseMac } from "./mac.ts";
import { appletKey, type Key, plainKey, type SectionIndex, sectionIndex } from "./section-index.ts";
import { type Assigned, Settings } from "./settings.ts";
import type { Assignment, Conf, Section } from "./syntax.ts";

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
  /** The address of the server that a client boots from: `$SERVER` where nothing sets another. */
  server?: string | undefined;
}

/**
 * The parameters of ltsp.conf that are in effect for a machine. In this order, later ones winning: `ltsp.key=value`
 * of the kernel command line, what stands above all sections, [clients] or [server], [common], the sections for
 * the MAC, the IP and the hostname, then the applet's. A Mistake names the line at fault.
 */
export function evaluate(conf: Conf, subject: Subject): Settings {
  const mac = subject.mac === undefined ? undefined : parseMac(subject.mac);
  const run = new Evaluation(conf, mac === undefined ? subject : { ...subject, mac });

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

/** A section whose assignments are being evaluated, and which of them is next. */
interface Frame {
  section: Section;
  next: number;
}

class Evaluation {
  readonly #conf: Conf;
  readonly #subject: Subject;
  readonly #index: SectionIndex;
  readonly #done = new Set<Section>();
  readonly #settings = new Map<string, Assigned[]>();

  constructor(conf: Conf, subject: Subject) {
    this.#conf = conf;
    this.#subject = subject;
    this.#index = sectionIndex(conf);
    // Some DHCP servers send the domain along.
    const hostname = subject.hostname?.replace(/\..*/, "") ?? "";
    if (hostname !== "") this.#outside("HOSTNAME", hostname, "the client's hostname");
    for (const [name, value] of cmdlineSettings(subject.cmdline ?? new Map()))
      this.#outside(name, value, `the kernel command line's ltsp.${name.toLowerCase()}`);
  }

  /** Evaluates the first section that matches, if there is one and it has not been evaluated yet. */
  matching(key: Key): void {
    const section = this.#index.find(key)?.section;
    if (section !== undefined) this.section(section);
  }

  /** The same for the hostname that the sections so far give; none if that needs what is not known. */
  matchingHostname(key: (hostname: string) => Key): void {
    const hostname = new Settings(this.#settings, this.#subject).wantedHostname;
    if (!hostname.includes("%{")) this.matching(key(hostname));
  }

  /** Evaluates a section with what it includes. (With a stack of its own: files may nest sections deeper than calls can be.) */
  section(section: Section): void {
    const frames: Frame[] = [];
    this.#enter(section, frames);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const assignment = frame.section.assignments[frame.next++];
      if (assignment === undefined) {
        frames.pop();
        continue;
      }
      const variables = this.#variables(assignment, frame.section);
      const value = expand(assignment.value, variables);
      if (assignment.name !== "INCLUDE") {
        variables.set(assignment.name, value);
        continue;
      }
      const included = this.#index.find(plainKey(value))?.section;
      // Clients do not get the server's own sections with ltsp.img, whoever includes them.
      const isHidden = this.#subject.side === "client" && included !== undefined && isServersOwn(included);
      if (included !== undefined && !isHidden) this.#enter(included, frames);
    }
  }

  settings(): Settings {
    return new Settings(this.#settings, this.#subject, this.#index.functions);
  }

  #enter(section: Section, frames: Frame[]): void {
    if (this.#done.has(section)) return;
    this.#done.add(section);
    if (section.code !== undefined) {
      const { offset, why, remedy } = section.code;
      throw this.#conf.source.mistake(offset, why, remedy);
    }
    frames.push({ section, next: 0 });
  }

  #outside(name: string, value: string, place: string): void {
    this.#settings.set(name, [{ value, place: () => place }]);
  }

  /** What a name stands for that nothing has set. */
  #unset(name: string): string | undefined {
    if (name !== "SERVER" || this.#subject.side === "server") return special[name];
    return this.#subject.server ?? "%{SERVER}";
  }

  #variables({ offset }: Assignment, { title }: Section): Variables {
    const { source } = this.#conf;
    return {
      get: (name) => this.#settings.get(name)?.at(-1)?.value ?? this.#unset(name),
      set: (name, value) => {
        const assigned: Assigned = {
          value,
          line: { offset, section: title, source },
          place: () => source.place(offset),
        };
        const before = this.#settings.get(name);
        if (before === undefined) this.#settings.set(name, [assigned]);
        else before.push(assigned);
      },
      failure: (at, why, remedy) => source.mistake(at, why, remedy),
    };
  }
}
