import { readFileSync, writeFileSync } from "node:fs";
import { isOn } from "../client/flag.ts";
import { parseCmdline } from "../conf/cmdline.ts";
import { Failure } from "../conf/failure.ts";
import { readBootImage } from "./boot-image.ts";
import { configure } from "./configure.ts";
import { devices } from "./devices.ts";
import { fallbackWarning, fellBack } from "./fell-back.ts";
import { handoff } from "./handoff.ts";
import { netconsole } from "./netconsole.ts";
import { network } from "./network.ts";
import { overlay } from "./overlay.ts";
import { phase } from "./phase.ts";
import { kernelLog, type Report } from "./report.ts";
import { chooseRescue } from "./rescue.ts";
import { root } from "./root.ts";
import { settings } from "./settings.ts";
import { startTryingInit } from "./try-init.ts";

/** The boot, from the shim's call to the root that systemd starts in. */
async function boot(report: Report, cmdline: ReadonlyMap<string, string>): Promise<void> {
  const failed = fellBack(cmdline);
  if (failed !== undefined) report.say("warning", fallbackWarning(failed, readBootImage()?.version));
  const drivers = await phase(report, "devices", () => devices());
  const lease = await phase(report, "network", () => network(drivers, cmdline));
  const client = await phase(report, "settings", () => settings(report, lease, cmdline));
  chooseRescue(isOn(client, "DEBUG_SHELL"));
  await netconsole(report, client);
  try {
    const found = await phase(report, "root", () => root(report, client, cmdline));
    await phase(report, "overlay", () => overlay(client.root, found));
    startTryingInit(client.root);
    await phase(report, "configure", () => configure(report, client, found));
    await phase(report, "handoff", () => handoff(report, client.root, found, cmdline));
  } catch (error) {
    // Somebody who wants a shell at a failure wants to see what has failed.
    if (isOn(client, "DEBUG_SHELL")) throw error;
    // Loaded only here: a boot that goes well does without.
    const { bootPrevious } = await import("./fallback.ts");
    await bootPrevious(report, client, cmdline, error);
    throw error;
  }
}

/**
 * The client's init: makes the root and leaves the way into it for the shim. Status 0: the shim switches to the
 * new root; 1: the boot cannot go on, and the console has said why.
 */
export async function main(): Promise<number> {
  refuseElsewhere();
  // The shim's, for this program only, and not for what hooks run.
  delete process.env.BUN_JSC_useJIT;
  const report = kernelLog();
  try {
    const cmdline = parseCmdline(readFileSync("/proc/cmdline", "utf8").trim());
    chooseRescue(cmdline.get("ltsp.debug_shell") === "1");
    // By default the kernel drops what userspace logs faster than ten lines in five seconds.
    writeFileSync("/proc/sys/kernel/printk_devkmsg", "on\n");
    await boot(report, cmdline);
    return 0;
  } catch (error) {
    report.say("error", error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/** On a running system the boot would mount over what is in use. */
function refuseElsewhere(): void {
  if (/^\S+ \/ rootfs /m.test(readFileSync("/proc/self/mounts", "utf8"))) return;
  throw new Failure(
    "usage",
    "ltsp init",
    "this is a client's first program, and runs in its initramfs only",
    "On a server: ltsp --help",
  );
}
