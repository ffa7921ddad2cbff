/**
 * What went wrong, for callers to decide on. `usage` ends the command line with status 2, the rest with 1;
 * `unreachable` is what a client's boot retries, since a server may still be coming up; `refused` is what a server will
 * not let it have.
 */
export type FailureKind =
  | "usage"
  | "invalid"
  | "missing"
  | "busy"
  | "no-space"
  | "unreachable"
  | "refused"
  | "unsupported"
  | "interrupted"
  | "system";

/** The one error of this project: what failed (`on`), why, and what to do about it. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(
    readonly kind: FailureKind,
    /** The thing it happened to: a path, a URL, an option, `file:line:column`. */
    readonly on: string,
    /** What went wrong, as a clause without a full stop. */
    readonly why: string,
    /** What the reader can do: a sentence with its full stop, with the command to type where there is one. */
    readonly remedy?: string,
    options?: { cause?: unknown },
  ) {
    super(`${on}: ${why}.${remedy === undefined ? "" : ` ${remedy}`}`, options);
  }
}

/** The errno name ("ENOENT") of an error of Node's file system or child process calls, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** A server may be down now and up in a minute: is it worth asking again? */
export function mayHeal(error: unknown): boolean {
  return error instanceof Failure && error.kind === "unreachable";
}
