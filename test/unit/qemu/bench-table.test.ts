import { describe, expect, it } from "vitest";
import { median, row, table } from "../../../qemu/bench-table.ts";

describe("the benchmark's table", () => {
  it("compares medians, not the best and not the worst", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it.each([
    [{ ratio: 0.25 }, [2], [10], "ok"],
    [{ ratio: 0.25 }, [3], [10], "over"],
    [{ ratioAtLeast: 1 }, [100], [100], "ok"],
    [{ ratioAtLeast: 1 }, [99], [100], "over"],
    [{ atMost: 40 }, [40], [48], "ok"],
    [{ atMost: 40 }, [41], [], "over"],
  ] as const)("budget %j: ours %j, peer %j is %s", (budget, ours, peer, verdict) => {
    expect(row({ what: "x", unit: "s", ours, peer, budget }).verdict).toBe(verdict);
  });

  it("leaves a cell empty where the peer has no such thing", () => {
    const text = table([row({ what: "runtime.img", unit: "MB", ours: [27], peer: [] })]);
    expect(text).toMatch(/\| runtime\.img \| MB {3}\| 27\.0 \| {6}\| {7}\| {8}\|$/);
  });
});
