/** One measured thing: every value of ours and of the peer's, and how many of the peer's ours may be. */
export interface Measure {
  what: string;
  unit: "s" | "ms" | "MB" | "KB";
  ours: readonly number[];
  /** Empty where the peer has no such thing. */
  peer: readonly number[];
  budget?: Budget;
}

export type Budget = { ratio: number } | { ratioAtLeast: number } | { atMost: number };

export interface Row {
  what: string;
  unit: string;
  ours: number;
  peer: number | undefined;
  ratio: number | undefined;
  verdict: "ok" | "over" | undefined;
  budget: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function row({ what, unit, ours, peer, budget }: Measure): Row {
  const mine = median(ours);
  const theirs = peer.length > 0 ? median(peer) : undefined;
  const ratio = theirs === undefined ? undefined : mine / theirs;
  return { what, unit, ours: mine, peer: theirs, ratio, ...judge(mine, ratio, unit, budget) };
}

function judge(
  ours: number,
  ratio = Number.NaN,
  unit: string,
  budget?: Budget,
): Pick<Row, "verdict" | "budget"> {
  if (budget === undefined) return { verdict: undefined, budget: "" };
  if ("atMost" in budget) {
    return { verdict: ours <= budget.atMost ? "ok" : "over", budget: `at most ${budget.atMost} ${unit}` };
  }
  if ("ratio" in budget) {
    return { verdict: ratio <= budget.ratio ? "ok" : "over", budget: `ratio at most ${budget.ratio}` };
  }
  return {
    verdict: ratio >= budget.ratioAtLeast ? "ok" : "over",
    budget: `ratio at least ${budget.ratioAtLeast}`,
  };
}

/** Rows as a Markdown table, to be read as it is and to be pasted into the README. */
export function table(rows: readonly Row[]): string {
  const head = ["", "unit", "ours", "peer", "ratio", "budget"];
  const cells = rows.map((r) => [
    r.what,
    r.unit,
    number(r.ours),
    number(r.peer),
    number(r.ratio),
    [r.verdict, r.budget].filter(Boolean).join(": "),
  ]);
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(3, ...all.map((line) => (line[column] ?? "").length)));
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...cells]
    .map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`)
    .join("\n");
}

function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  return value.toFixed(value < 10 ? 2 : 1);
}
