import { deepest } from "./code.ts";
import { Failure } from "./failure.ts";
import { hostNumber } from "./host-number.ts";
import { expandLate } from "./late.ts";
import type { Source } from "./source.ts";

/** A word for sh and for ltsp.conf that means this text, with whatever quotes it has. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** NAME='value', for sh and for ltsp.conf. */
export function shellAssignment(name: string, value: string): string {
  return `${name}=${quoted(value)}`;
}

/** Who the settings are for, as far as `%{IP}`, `%{MAC}` and `%{SERVER}` need it. */
export interface Machine {
  mac?: string;
  ip?: string;
  /** Of the client's subnet, 24 in 192.168.67.20/24. */
  prefixLength?: number;
  /** The address of the server that it boots from. */
  server?: string | undefined;
}

/** A value that a parameter was given, before `%{…}` is expanded. */
export interface Assigned {
  value: string;
  /** What gave it: "file:line:column", or in words. For messages. */
  place: () => string;
  /** The line of ltsp.conf that gave it, and the title of its section ("" above all sections); undefined for other givers. */
  line?: { source: Source; offset: number; section: string };
}

const words: Record<string, boolean> = {
  "1": true,
  yes: true,
  true: true,
  on: true,
  "0": false,
  no: false,
  false: false,
  off: false,
};

/** The parameters in effect for one machine. */
export class Settings {
  readonly #settings: ReadonlyMap<string, readonly Assigned[]>;
  readonly #expandedValues = new Map<string, string>();
  readonly #machine: Machine;
  /** The sections that hold shell code, by the name that hooks call them: "section_name" -> shell source. */
  readonly functions: ReadonlyMap<string, string>;

  constructor(
    settings: ReadonlyMap<string, readonly Assigned[]>,
    machine: Machine = {},
    functions: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#settings = settings;
    this.#machine = machine;
    this.functions = functions;
  }

  /** The value with `%{…}` expanded; undefined if nothing sets the parameter. Failure if it needs itself. */
  get(name: string): string | undefined {
    return this.#expanded(name, []);
  }

  /** The words of a value that is a list; none if nothing sets the parameter. */
  words(name: string): string[] {
    return (this.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
  }

  /** The parameters whose names start with `prefix` (FSTAB_) and whose values are not empty, sorted by name. */
  family(prefix: string): { name: string; value: string }[] {
    return [...this.#settings.keys()]
      .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
      .sort()
      .map((name) => ({ name, value: this.get(name) ?? "" }))
      .filter(({ value }) => value !== "");
  }

  /** A parameter that is 0 or 1 (or yes, no, true, false, on, off); `fallback` if it is unset or empty. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.get(name)?.trim() ?? "";
    if (value === "") return fallback;
    const flag = words[value.toLowerCase()];
    if (flag === undefined) {
      throw this.failure(name, `${name} is 0 or 1, not "${value}"`, `Write ${name}=1 or ${name}=0.`);
    }
    return flag;
  }

  /** The hostname as the settings give it, unchecked. It has `%{IP}` in it if that is not known. */
  get wantedHostname(): string {
    return this.get("HOSTNAME") || this.#late("ltsp%{IP}", []);
  }

  /**
   * HOSTNAME expanded, by default `ltsp%{IP}`. Failure unless it is a name that every service takes: letters,
   * digits and inner dashes, at most 63 of them (RFC 1123).
   */
  get hostname(): string {
    const hostname = this.wantedHostname;
    if (/^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(hostname)) return hostname;
    throw this.failure(
      "HOSTNAME",
      hostname.includes("%{IP}")
        ? `the hostname "${hostname}" needs the client's IP address, which is not known`
        : `"${hostname}" is no hostname: letters, digits and inner dashes, at most 63`,
      "Write for instance HOSTNAME=pc01 or HOSTNAME=pc%{IP}.",
    );
  }

  /** SERVER, or else the server that the client boots from; undefined if neither is known. */
  get server(): string | undefined {
    return this.get("SERVER") || this.#machine.server;
  }

  /** The names of all parameters, in the order in which they were first set. */
  names(): Iterable<string> {
    return this.#settings.keys();
  }

  /** All parameters, expanded, in the order in which they were first set. */
  *entries(): Iterable<[string, string]> {
    for (const name of this.names()) yield [name, this.get(name) ?? ""];
  }

  /** `file:line:column` of the line that set a parameter, or "the kernel command line"; undefined if unset. */
  place(name: string): string | undefined {
    return this.#settings.get(name)?.at(-1)?.place();
  }

  /** All values that a parameter was given, in that order: the last one is in effect, before `%{…}` is expanded. */
  history(name: string): readonly Assigned[] {
    return this.#settings.get(name) ?? [];
  }

  /** The same settings as another machine would expand their `%{IP}` and `%{MAC}`. */
  as(machine: Machine): Settings {
    return new Settings(this.#settings, machine, this.functions);
  }

  /** The same settings as if nothing had set a parameter. */
  without(name: string): Settings {
    const others = new Map(this.#settings);
    others.delete(name);
    return new Settings(others, this.#machine, this.functions);
  }

  /** A Failure about a parameter's value, on the line that set it. */
  failure(name: string, why: string, remedy: string): Failure {
    const line = this.#settings.get(name)?.at(-1)?.line;
    if (line !== undefined) return line.source.mistake(line.offset, why, remedy);
    return new Failure("invalid", this.place(name) ?? name, why, remedy);
  }

  /** The settings and the functions as sh source, for a hook's shell to read with `.`; HOSTNAME and SERVER are always in it. */
  toShell(): string {
    const values = new Map(this.entries());
    values.set("HOSTNAME", this.hostname);
    if (this.server !== undefined) values.set("SERVER", this.server);
    const lines = [...values].map(([name, value]) => shellAssignment(name, value));
    // The newline before } keeps a body's last comment from hiding it.
    for (const [name, body] of this.functions) lines.push(`${name}() {\n${body}\n}`);
    return `${lines.join("\n")}\n`;
  }

  #expanded(name: string, asking: string[]): string | undefined {
    const value = this.#settings.get(name)?.at(-1)?.value;
    if (value === undefined || !value.includes("%{")) return value;
    const known = this.#expandedValues.get(name);
    if (known !== undefined) return known;
    if (asking.includes(name)) {
      const chain = [...asking, name].map((one) => `%{${one}}`).join(" -> ");
      throw this.failure(name, `${name} needs its own value (${chain})`, "Take one of them out.");
    }
    if (asking.length >= deepest)
      throw this.failure(name, "%{…} are nested too deep", "Write the value with fewer of them.");
    const expanded = this.#late(value, [...asking, name]);
    this.#expandedValues.set(name, expanded);
    return expanded;
  }

  #late(value: string, asking: string[]): string {
    // `%{NAME=word}` holds for the expansion at hand: reading a setting must not change others.
    const set = new Map<string, string>();
    return expandLate(value, {
      get: (name) => set.get(name) ?? this.#builtIn(name) ?? this.#expanded(name, asking),
      set: (name, word) => set.set(name, word),
      failure: (_, why, remedy) => this.failure(asking.at(-1) ?? "HOSTNAME", why, remedy),
    });
  }

  /** `%{IP}`, `%{MAC}`, the defaults of HOSTNAME and SERVER. What is not known stays as it is written, for the message that follows to show. */
  #builtIn(name: string): string | undefined {
    const { mac, ip, prefixLength, server } = this.#machine;
    if (name === "IP") return ip === undefined ? "%{IP}" : (hostNumber(ip, prefixLength ?? 24) ?? "%{IP}");
    if (name === "SERVER" && !this.#settings.get(name)?.at(-1)?.value) return server ?? "%{SERVER}";
    if (name === "MAC") return mac?.replaceAll(":", "") ?? "%{MAC}";
    if (name === "HOSTNAME" && !this.#settings.get(name)?.at(-1)?.value) return this.wantedHostname;
    return undefined;
  }
}
