import type { Source } from "./source.ts";

/** The syntax tree of an ltsp.conf. Every `offset` is a place in the tree's `source`. */
export interface Conf {
  source: Source;
  /** What stands above all sections. */
  preamble: Section;
  /** In file order; a name that stands twice is here twice. */
  sections: Section[];
}

export interface Section {
  /** As written between the brackets; "" for the preamble. */
  readonly title: string;
  readonly names: SectionName[];
  /** Where the header's line starts. */
  readonly offset: number;
  /** Where the title starts. */
  readonly titleOffset: number;
  /** The body is `source.text` from `bodyStart` to `end`. */
  readonly bodyStart: number;
  readonly end: number;
  readonly assignments: Assignment[];
  /** Set if the section is shell code, a function for hooks: where its first command stands, and why it is none. */
  readonly code: Complaint | undefined;
}

/** One of a header's alternatives, in lower case: `pattern`, or `applet/pattern`. */
export interface SectionName {
  applet: string | undefined;
  pattern: string;
  /** The pattern if it is a whole MAC address, as parseMac gives it. */
  mac: string | undefined;
  /** The pattern has `*`, `?` or `[`. */
  isGlob: boolean;
}

export interface Assignment {
  offset: number;
  /** Where the value starts, and where it ends. */
  valueOffset: number;
  end: number;
  name: string;
  value: Part[];
}

/** A piece of a value. `quoted` pieces mean themselves where the value is a pattern. */
export type Part = Text | Expansion | Arithmetic;

export interface Text {
  kind: "text";
  text: string;
  quoted: boolean;
}

/** `$name`, `${name}`, `${#name}` (operator "length"), `${name:-word}` and the like. */
export interface Expansion {
  kind: "expansion";
  offset: number;
  name: string;
  operator: Operator | undefined;
  /** `:-` rather than `-`: an empty value counts as unset. */
  colon: boolean;
  word: Part[];
  quoted: boolean;
}

export type Operator = "-" | "=" | "?" | "+" | "#" | "##" | "%" | "%%" | "length";

/** `$((word))`. */
export interface Arithmetic {
  kind: "arithmetic";
  offset: number;
  word: Part[];
  quoted: boolean;
}

export interface Complaint {
  offset: number;
  why: string;
  remedy: string;
}
