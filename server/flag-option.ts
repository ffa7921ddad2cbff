import { InvalidArgumentError } from "commander";

/** The value of an option that is 0 or 1. */
export function parseFlag(value: string): boolean {
  if (value !== "0" && value !== "1") throw new InvalidArgumentError("It is 0 or 1.");
  return value === "1";
}
