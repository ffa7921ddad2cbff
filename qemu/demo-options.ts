import { Command, Option } from "commander";
import { Failure } from "../conf/failure.ts";
import type { Transport } from "./images.ts";
import { type Suite, suites } from "./roots.ts";

export interface DemoOptions {
  keep: boolean;
  uefi: boolean;
  transport: Transport;
  suite: Suite;
  clients: number;
}

/** The options of `npm run demo -- …`; --help and wrong usage end the process, as commander does. */
export function demoOptions(argv: readonly string[]): DemoOptions {
  return new Command("npm run demo --")
    .description("Boot PCs over a virtual network, from PXE to the login prompt.")
    .option("--keep", "leave the client running and connect this terminal to its console", false)
    .option("--uefi", "UEFI firmware instead of a BIOS", false)
    .addOption(
      new Option("--transport <how>", "how the image comes").choices(["nfs", "nbd", "http"]).default("nfs"),
    )
    .addOption(new Option("--suite <name>", "which Debian").choices(suites).default("bookworm"))
    .option("--clients <n>", "how many at once, 1 to 4", count, 1)
    .parse(argv, { from: "user" })
    .opts<DemoOptions>();
}

function count(text: string): number {
  if (/^[1-4]$/.test(text)) return Number(text);
  throw new Failure(
    "usage",
    "--clients",
    `${text} is not a number from 1 to 4`,
    "See: npm run demo -- --help",
  );
}
