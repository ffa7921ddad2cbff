import type { ValueType } from "../parameter-types.ts";

/** A row of the table of ltsp.conf's parameters. */
export interface Row {
  /** A family's name ends in `_x`, where x is any name; an `_n_` in it is any number. */
  name: string;
  type: ValueType;
  /** The value if nothing sets it, or words for where it comes from then. */
  default?: string;
  /** The applets that read it: "init" on the client, the rest on the server. None: the language itself does. */
  readers: string[];
  /** No applet of this version acts on it yet. */
  planned?: true;
  /** Its values are not to be shown. */
  secret?: true;
  /** The first sentence stands alone in lists. */
  help: string;
  /** A line of ltsp.conf. */
  example: string;
}
