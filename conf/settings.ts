import { Failure } from "./failure.ts";
import { hostNumber } from "./host-number.ts";
import { expandLate } from "./late.ts";

/** Who the settings are for, as far as `%{IP}` and `%{MAC}` need it. */
export interface Machine {
  mac?: string;
  ip?: string;
  /** Of the client's subnet, 24 in 192.168.67.20/24. */
  prefixLength?: number;
}

/** A parameter's value before `%{…}` is expanded, and the place that set it ("file:line:column"), for messages. */
export interface Setting {
  value: string;
  place: () => string;
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
  readonly #settings: ReadonlyMap<string, Setting>;
  readonly #machine: Machine;
  /** The sections that hold shell code, by the name that hooks call them: "section_name" -> shell source. */
  readonly functions: ReadonlyMap<string, string>;

  constructor(
    settings: ReadonlyMap<string, Setting>,
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
    return this.#settings.get(name)?.place();
  }

  /** A Failure about a parameter's value, on the line that set it. */
  failure(name: string, why: string, remedy: string): Failure {
    return new Failure("invalid", this.place(name) ?? name, why, remedy);
  }

  /** The settings and the functions as sh source, for a hook's shell to read with `.`; HOSTNAME is always in it. */
  toShell(): string {
    const values = new Map([...this.entries(), ["HOSTNAME", this.hostname] as const]);
    const lines = [...values].map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'`);
    // The newline before } keeps a body's last comment from hiding it.
    for (const [name, body] of this.functions) lines.push(`${name}() {\n${body}\n}`);
    return `${lines.join("\n")}\n`;
  }

  #expanded(name: string, asking: string[]): string | undefined {
    const value = this.#settings.get(name)?.value;
    if (value === undefined || !value.includes("%{")) return value;
    if (asking.includes(name)) {
      const chain = [...asking, name].map((one) => `%{${one}}`).join(" -> ");
      throw this.failure(name, `${name} needs its own value (${chain})`, "Take one of them out.");
    }
    return this.#late(value, [...asking, name]);
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

  /** `%{IP}`, `%{MAC}`, the default of HOSTNAME. What is not known stays as it is written, for the message that follows to show. */
  #builtIn(name: string): string | undefined {
    const { mac, ip, prefixLength } = this.#machine;
    if (name === "IP") return ip === undefined ? "%{IP}" : (hostNumber(ip, prefixLength ?? 24) ?? "%{IP}");
    if (name === "MAC") return mac?.replaceAll(":", "") ?? "%{MAC}";
    if (name === "HOSTNAME" && !this.#settings.get(name)?.value) return this.wantedHostname;
    return undefined;
  }
}
