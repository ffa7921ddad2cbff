/** What iPXE finds: its own settings (`netX/mac`), and the files that are served, by URL, with their content. */
export interface Surroundings {
  settings: Record<string, string>;
  files: Record<string, string>;
}

/** What came of running a script: URLs in order, and the kernel's command line if it came to a boot. */
export interface Outcome {
  fetched: string[];
  said: string[];
  cmdline: string | undefined;
}

/** More lines than any script has to run. */
const ENDLESS = 1000;

/** iPXE, as far as the menu needs it to boot by itself; the tests in test/vm have the real one. */
export function runScript(script: string, { settings, files }: Surroundings): Outcome {
  const lines = script.split("\n");
  const variables = new Map(Object.entries(settings));
  const outcome: Outcome = { fetched: [], said: [], cmdline: undefined };
  let args = "";
  let at = 0;
  let booted = false;

  const fetch = (url = "") => {
    if (url in files) outcome.fetched.push(url);
    return url in files;
  };
  const commands: Record<string, (words: string[]) => boolean> = {
    set: ([name = "", ...value]) => {
      if (value.length === 0) variables.delete(name);
      else variables.set(name, value.join(" "));
      return true;
    },
    isset: (words) => words.length > 0,
    iseq: ([left, right]) => left === right,
    goto: ([label]) => {
      at = lines.indexOf(`:${label}`);
      if (at < 0) throw new Error(`there is no label ${label}`);
      return true;
    },
    chain: (words) => {
      const url = words.at(-1) ?? "";
      for (const line of fetch(url) ? (files[url]?.split("\n") ?? []) : []) run(line);
      return url in files;
    },
    imgfetch: (words) => words.at(-1) !== undefined && (words.at(-1) ?? "") in files,
    kernel: (words) => fetch(words.at(-1)),
    initrd: (words) => fetch(words.at(-1)),
    imgargs: (words) => {
      args = words.slice(1).join(" ");
      return true;
    },
    imgfree: () => true,
    echo: (words) => {
      outcome.said.push(words.join(" "));
      return true;
    },
    prompt: () => {
      at = lines.length;
      return true;
    },
    boot: () => {
      outcome.cmdline = args;
      booted = true;
      return true;
    },
  };

  /** One command or several: && goes on after success, || after failure. */
  function run(line: string): void {
    if (line === "" || /^[#:]/.test(line)) return;
    let holds = true;
    for (const [index, part] of line.split(/ (?=&&|\|\|)/).entries()) {
      const skipped = index > 0 && holds !== part.startsWith("&&");
      const command = expand(part.replace(/^(&&|\|\|) ?/, ""), variables);
      if (skipped) continue;
      const [name = "", ...words] = command.split(" ").filter((word) => word !== "");
      holds = name === "" || (commands[name]?.(words) ?? false);
    }
    if (!holds) throw new Error(`iPXE ends at: ${line}`);
  }

  for (let steps = 0; at < lines.length && !booted; steps++) {
    if (steps > ENDLESS) throw new Error("the script goes round in circles");
    const line = lines[at] ?? "";
    at += 1;
    run(line);
  }
  return outcome;
}

/** Settings that are not set are empty. */
function expand(text: string, variables: ReadonlyMap<string, string>): string {
  const expanded = text.replace(/\$\{([^${}]*)\}/g, (_, name) => variables.get(name) ?? "");
  return expanded === text ? text : expand(expanded, variables);
}
