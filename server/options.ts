/** What every applet is told on the command line. */
export interface Options {
  /** Where roots (`<base>/NAME`) and images (`<base>/images/NAME.img`) are. */
  base: string;
  /** The TFTP root; ours is `<tftp>/ltsp`, which HTTP serves as `/ltsp`. */
  tftp: string;
  /** Where the users' homes are. */
  home: string;
  /** Replace what the admin has edited by hand. */
  overwrite: boolean;
  /** The ltsp.conf to read. */
  conf: string;
  json: boolean;
  debug: boolean;
}

export const defaults: Options = {
  base: "/srv/ltsp",
  tftp: "/srv/tftp",
  home: "/home",
  overwrite: false,
  conf: "/etc/ltsp/ltsp.conf",
  json: false,
  debug: false,
};

/** What an applet did: lines for a person, and the same as data for `--json`. */
export interface Report {
  lines: string[];
  data: Record<string, unknown>;
  /** What went wrong beside what was done: messages for standard error. */
  errors?: string[];
  /** The exit status, where it is not 0. */
  status?: number;
}
