import { expect, test } from "vitest";
import { Failure } from "../../../conf/failure.ts";
import { phase } from "../../../init/phase.ts";

function listen() {
  const lines: string[] = [];
  return {
    lines,
    report: { say: (level: string, message: string) => void lines.push(`${level} ${message}`) },
  };
}

const down = () =>
  new Failure("unreachable", "nfs://10.0.0.1/x.img", "no answer in 4 seconds", "Is it running?");

test("a phase says what it found and how long it took", async () => {
  const { lines, report } = listen();
  expect(await phase(report, "root", () => ({ value: 7, summary: "x.img" }))).toBe(7);
  expect(lines).toEqual([expect.stringMatching(/^notice root: x\.img \(\d+\.\d\d s\)$/)]);
});

test("a server that comes up late is asked again, with the waiting time shown", async () => {
  const { lines, report } = listen();
  let asked = 0;
  const late = () => {
    if (asked++ === 0) throw down();
    return { value: "up", summary: "x.img" };
  };
  expect(await phase(report, "root", late, 0.2)).toBe("up");
  expect(lines[0]).toBe(
    "waiting root: nfs://10.0.0.1/x.img: no answer in 4 seconds; trying again (0 of 0.2 s)",
  );
});

test("a server that stays down fails the phase, which the error names", async () => {
  const { report } = listen();
  const never = () => {
    throw down();
  };
  await expect(phase(report, "root", never, 0.1)).rejects.toThrow(
    "root: nfs://10.0.0.1/x.img: no answer in 4 seconds. Is it running?",
  );
});

test("what asking again cannot heal fails at once", async () => {
  let asked = 0;
  const wrong = () => {
    asked++;
    throw new Failure("missing", "nfs://10.0.0.1/x.img", "there is no such file");
  };
  await expect(phase(listen().report, "root", wrong)).rejects.toThrow(
    "root: nfs://10.0.0.1/x.img: there is no such",
  );
  expect(asked).toBe(1);
});
