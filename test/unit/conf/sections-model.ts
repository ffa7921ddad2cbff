/**
 * The rules of sections as ltsp.conf(5) gives them, once more and as simply as can be: what
 * evaluate() is compared with. It starts from sections as data, and only knows values such as "$ORDER x".
 */

/** One line of a section: NAME="text", where the text may hold $NAME and %{IP}, %{MAC}. */
export interface Line {
  name: string;
  text: string;
}

/** The first section of a file stands above all sections: its title is "". */
export interface ModelSection {
  title: string;
  lines: Line[];
}

export interface ModelSubject {
  side: "client" | "server";
  mac?: string;
  ip?: string;
  hostname?: string;
  applet?: string;
  cmdline?: Map<string, string>;
}

/** The values in effect, late expansion included. */
export function modelValues(file: ModelSection[], subject: ModelSubject): Record<string, string> {
  const sections = withoutDuplicates(file);
  const values = new Map<string, string>();
  const done = new Set<ModelSection>();

  const late = (text: string): string =>
    text
      .replace(/%\{IP\}/g, (written) => subject.ip?.split(".").at(-1) ?? written)
      .replace(/%\{MAC\}/g, (written) => plainMac(subject.mac) ?? written);

  const evaluateSection = (section: ModelSection): void => {
    if (done.has(section)) return;
    done.add(section);
    for (const { name, text } of section.lines) {
      const value = text.replace(/\$(\w+)/g, (_, used) => values.get(used) ?? "");
      if (name === "INCLUDE") call(value);
      else values.set(name, value);
    }
  };

  /** Of the sections that a name matches, only the first in the file counts. */
  const call = (name: string): void => {
    const section = sections.find(
      ({ title }) => title !== "" && title.split("|").some((one) => matches(one, name)),
    );
    if (section !== undefined) evaluateSection(section);
  };

  /** The name that the settings so far give; undefined if it needs an address that is not known. */
  const hostname = (): string | undefined => {
    const name = late(values.get("HOSTNAME") || "ltsp%{IP}");
    return name.includes("%{") ? undefined : name;
  };

  if (subject.hostname !== undefined) values.set("HOSTNAME", subject.hostname);
  for (const [name, value] of subject.cmdline ?? []) values.set(name, value);
  const [preamble] = sections;
  if (preamble !== undefined) evaluateSection(preamble);
  call(subject.side === "server" ? "server" : "clients");
  call("common");
  const machine = [() => subject.mac, () => subject.ip, hostname];
  for (const name of machine) callIfKnown(name(), "");
  if (subject.applet !== undefined) {
    call(`${subject.applet}/`);
    for (const name of machine) callIfKnown(name(), `${subject.applet}/`);
  }
  return Object.fromEntries([...values].map(([name, value]) => [name, late(value)]));

  function callIfKnown(name: string | undefined, prefix: string): void {
    if (name !== undefined) call(prefix + name);
  }
}

/** Of two sections with one title, the later replaces the earlier, at the earlier's place. */
function withoutDuplicates(file: ModelSection[]): ModelSection[] {
  const byTitle = new Map<string, ModelSection>();
  for (const section of file) byTitle.set(section.title.toLowerCase(), section);
  return [...byTitle.values()];
}

/** Does one alternative of a title, such as `init/52-54-00-*`, match a name, such as `init/52:54:00:12:34:56`? */
function matches(alternative: string, name: string): boolean {
  const wanted = split(name.toLowerCase());
  const written = split(
    alternative
      .trim()
      .toLowerCase()
      .replace(/^initrd-bottom\//, "init/"),
  );
  return (
    wanted.applet === written.applet &&
    spellings(wanted.name).some((one) => globToRegExp(written.name).test(one))
  );
}

function split(name: string): { applet: string; name: string } {
  const slash = name.indexOf("/");
  return { applet: name.slice(0, slash + 1), name: name.slice(slash + 1) };
}

/** All the ways to write a name that is a MAC address, in whichever way; any other name has one. */
function spellings(name: string): string[] {
  const form =
    /^([0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{2}(-[0-9a-f]{2}){5}|[0-9a-f]{12}|[0-9a-f]{4}(\.[0-9a-f]{4}){2})$/;
  if (!form.test(name)) return [name];
  const plain = name.replace(/[:.-]/g, "");
  const pairs = plain.match(/../g) ?? [];
  return [pairs.join(":"), pairs.join("-"), plain, (plain.match(/..../g) ?? []).join(".")];
}

const plainMac = (mac: string | undefined) => mac?.replaceAll(":", "");

/** `*`, `?`, `[a-z]` and `[!a]` as a regular expression. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/\[!|[\]*?[\w-]|./g, (one) => {
    if (one === "[!") return "[^";
    if (one === "*") return ".*";
    if (one === "?") return ".";
    return /[\][\w-]/.test(one) ? one : `\\${one}`;
  });
  return new RegExp(`^${source}$`);
}
