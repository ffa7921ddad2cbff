import { sectionNames } from "./section-name.ts";
import type { Assignment, Complaint, Section, SectionName } from "./syntax.ts";

/** A section whose assignments and names are read when they are asked for. */
export class LazySection implements Section {
  readonly #read: () => Assignment[];
  #assignments: Assignment[] | undefined;
  #names: SectionName[] | undefined;

  constructor(
    readonly title: string,
    readonly offset: number,
    readonly titleOffset: number,
    readonly bodyStart: number,
    readonly end: number,
    readonly code: Complaint | undefined,
    read: () => Assignment[],
  ) {
    this.#read = read;
  }

  get names(): SectionName[] {
    this.#names ??= sectionNames(this.title);
    return this.#names;
  }

  get assignments(): Assignment[] {
    this.#assignments ??= this.#read();
    return this.#assignments;
  }
}
