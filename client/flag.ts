import { Failure } from "../conf/failure.ts";
import type { Client } from "./facts.ts";

/** Does ltsp.conf switch it on? `fallback` where it does not say, or says what is neither, which is a warning. */
export function isOn(
  { settings, warn }: Pick<Client, "settings" | "warn">,
  name: string,
  fallback = false,
): boolean {
  try {
    return settings.flag(name, fallback);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warn(error);
    return fallback;
  }
}
