import { appendFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { Failure } from "../conf/failure.ts";
import { lastLines } from "./command.ts";

export interface ConsoleLine {
  /** Seconds since power-on, by the host's clock, when its last character came. iPXE may leave a line for the kernel to end. */
  at: number;
  /** Without control sequences. The last one may still grow. */
  text: string;
}

interface Waiting {
  look: () => boolean;
}

/** After these nothing comes by itself, so nobody need wait for it: iPXE's prompt, a dead kernel. */
const hopeless = [/^iPXE> $/, /Kernel panic - not syncing/];

/** What a client writes on its serial console, line by line as it comes. */
export class Console {
  readonly lines: ConsoleLine[] = [];
  private readonly waiting = new Set<Waiting>();
  private readonly watchers = new Set<(line: ConsoleLine) => void>();
  private raw = "";
  private lastAt = 0;
  private ended: string | undefined;
  private isSilent = false;

  /** `log` gets every line with its time once it is complete; `clock` gives the seconds since power-on. */
  constructor(
    private readonly log: string,
    private readonly clock: () => number,
  ) {}

  /** Take in what came from the wire. */
  feed(text: string): void {
    this.lastAt = this.clock();
    for (const piece of text.split(/(?<=\n)/)) {
      this.raw += piece;
      if (piece.endsWith("\n")) this.completeLine();
    }
    this.wake();
  }

  /** The wire is cut: no line that somebody waits for will come. `why` is a clause for the error. */
  end(why: string): void {
    if (this.ended !== undefined) return;
    if (this.raw !== "") this.completeLine();
    this.ended = why;
    this.wake();
  }

  /** Forgets all lines, and until `listen` is called takes none for the client's: they are in the log only. */
  forget(): void {
    this.lines.length = 0;
    this.isSilent = true;
  }

  listen(): void {
    this.raw = "";
    this.isSilent = false;
  }

  /** Call `watcher` with each line that is complete, from now on. Returns what to call to stop. */
  watch(watcher: (line: ConsoleLine) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** All text so far, or from that line on, the unfinished line included. */
  text(fromLine = 0): string {
    const lines = this.lines.slice(fromLine).map((line) => line.text);
    return [...lines, clean(this.raw)].join("\n");
  }

  /** The first line, from `fromLine` on, that matches; it may still be growing (a prompt). */
  find(pattern: RegExp, fromLine = 0): ConsoleLine | undefined {
    const complete = this.lines.slice(fromLine).find((line) => pattern.test(line.text));
    if (complete !== undefined || this.raw === "" || this.isSilent) return complete;
    const growing = clean(this.raw);
    return pattern.test(growing) ? { at: this.lastAt, text: growing } : undefined;
  }

  /** Wait for a line; one that has come already counts. Fails after `seconds`, or when the client is gone. */
  async waitFor(pattern: RegExp, seconds: number, fromLine = 0): Promise<ConsoleLine> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.find(pattern, fromLine);
        if (found !== undefined) resolve(found);
        else if (this.ended !== undefined) reject(this.missing(pattern, this.ended));
        else if (this.isHopeless()) reject(this.missing(pattern, "the boot has come to a standstill"));
        else return false;
        clearTimeout(timer);
        this.waiting.delete(waiting);
        return true;
      };
      const waiting = { look };
      const timer = setTimeout(() => {
        this.waiting.delete(waiting);
        reject(this.missing(pattern, `${seconds} s went by`));
      }, seconds * 1000);
      if (!look()) this.waiting.add(waiting);
    });
  }

  private isHopeless(): boolean {
    return hopeless.some((pattern) => this.find(pattern, this.lines.length - 10) !== undefined);
  }

  private missing(pattern: RegExp, why: string): Failure {
    const last = lastLines(this.text(), 25);
    return new Failure(
      "system",
      `console: ${pattern}`,
      `it did not come: ${why}. The last lines:\n${last}\n`,
      `All of it is in ${this.log}.`,
    );
  }

  private completeLine(): void {
    const line = { at: this.lastAt, text: clean(this.raw) };
    this.raw = "";
    appendFileSync(this.log, `${line.at.toFixed(3).padStart(8)} ${line.text}\n`);
    if (this.isSilent) return;
    this.lines.push(line);
    for (const watcher of this.watchers) watcher(line);
  }

  private wake(): void {
    for (const { look } of [...this.waiting]) look();
  }
}

/** A line as one sees it: no colours or cursor movements, and what a carriage return overwrote is gone. */
function clean(raw: string): string {
  return stripVTControlCharacters(raw.replace(/[\r\n]+$/, "")).replace(/^[\s\S]*\r/, "");
}
