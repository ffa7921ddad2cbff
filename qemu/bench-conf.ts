import { performance } from "node:perf_hooks";
import { evaluate } from "../conf/evaluate.ts";
import { parseConf } from "../conf/parse.ts";

/** An ltsp.conf of so many sections as a large school could have it: PCs, rooms, groups that include each other. */
function manySections(count: number): string {
  const sections = Array.from({ length: count }, (_, at) => {
    if (at % 10 === 9) {
      return `# Group ${at}\n[group${at}]\nFSTAB_HOME="$SERVER:/home /home nfs defaults,nolock 0 0"\nINCLUDE=group${at - 10}\n`;
    }
    if (at % 10 === 8) return `[pc${at}-*|lab${at}]\nAUTOLOGIN=guest${at}\n`;
    const mac = (0x525400000000 + at).toString(16).replace(/..(?=.)/g, "$&:");
    return `[${mac}]\nHOSTNAME=pc${at}\nINCLUDE=group9\nKERNEL_PARAMETERS="quiet splash \${EXTRA:-}"\n`;
  });
  return `[clients]\nDNS_SERVER="192.168.67.1 9.9.9.9"\n\n${sections.join("\n")}`;
}

/** How long it takes to read it and evaluate it for one client, in ms. */
function time(text: string): number {
  const start = performance.now();
  const settings = evaluate(parseConf(text, "ltsp.conf"), {
    side: "client",
    mac: "52:54:00:00:00:01",
    ip: "192.168.67.20",
    applet: "init",
  });
  const end = performance.now();
  if (settings.get("HOSTNAME") === undefined) throw new Error("the client's section was not found");
  return end - start;
}

// A process of its own for each time: the applets, too, start cold.
const [count = "10000"] = process.argv.slice(2);
process.stdout.write(`${time(manySections(Number(count)))}\n`);
