import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { atExit } from "./cleanup.ts";
import { command } from "./command.ts";
import { missingPackages, packages, services } from "./packages.ts";
import { script } from "./script.ts";

await script("setup", async () => {
  const wanted = Object.keys(packages);
  const missing = missingPackages(wanted, installed(wanted));
  if (missing.length > 0) await install(missing);
});

/** `STATUS PACKAGE` lines; a package that dpkg has never heard of has none. */
function installed(wanted: readonly string[]): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the form is dpkg-query's own
  const query = spawnSync("dpkg-query", ["-W", "-f", "${db:Status-Status} ${Package}\n", ...wanted]);
  if (query.error === undefined) return String(query.stdout);
  const remedy = `On another system, install what these packages hold: ${wanted.join(" ")}.`;
  throw new Failure("unsupported", "setup", "this is no Debian: there is no dpkg-query", remedy);
}

async function install(missing: readonly string[]): Promise<void> {
  const line = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0) {
    throw new Failure(
      "system",
      "setup",
      "Debian packages are missing and only root can install them",
      `Run: sudo ${line}`,
    );
  }
  process.stdout.write(`Installing:\n${missing.map((name) => `  ${name}: ${packages[name]}\n`).join("")}`);
  const allow = forbidStarts();
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const remedy = "apt's own message says why; when it is done, run it again: npm run setup";
  await command(["apt-get", "update", "-q"], { show: true, env, remedy });
  await command(["apt-get", "install", "-q", "-y", "--no-install-recommends", ...missing], {
    show: true,
    env,
    remedy,
  });
  allow();
  await keepOff(missing);
}

/** What a package's scripts ask before they start its service: 101 means no (Debian policy, invoke-rc.d). */
function forbidStarts(): () => void {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return () => {}; // the machine's own policy stands
  writeFileSync(policy, "#!/bin/sh\nexit 101\n");
  chmodSync(policy, 0o755);
  const allow = () => rmSync(policy, { force: true });
  const forget = atExit(allow);
  return () => {
    allow();
    forget();
  };
}

/** Nor at the next start of this machine. */
async function keepOff(installed: readonly string[]): Promise<void> {
  const units = installed.flatMap((name) => services[name] ?? []);
  if (units.length > 0 && existsSync("/usr/bin/systemctl")) {
    await command(["systemctl", "disable", "--no-reload", ...units], { show: true });
  }
}
