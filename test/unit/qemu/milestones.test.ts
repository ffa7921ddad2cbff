import { describe, expect, it } from "vitest";
import { phaseTimes } from "../../../qemu/bench-boots.ts";
import { fetched, loginPrompt, phaseOf, systemdLine } from "../../../qemu/milestones.ts";

describe("the console's milestones", () => {
  it("takes the kernel's own time of systemd's first line", () => {
    const line = "[   11.042117] systemd[1]: systemd 252.39-1~deb12u2 running in system mode (+PAM +AUDIT)";
    expect(systemdLine.exec(line)?.[1]).toBe("11.042117");
  });

  it("takes a login prompt for one only when nothing follows", () => {
    expect(loginPrompt.test("pc01 login: ")).toBe(true);
    expect(loginPrompt.test("pc01 login: root")).toBe(false);
  });

  it("tells what iPXE has fetched, also where it drew percents over each other", () => {
    const url = "http://192.168.67.1/ltsp/runtime.img";
    expect(fetched(`${url}... ok`)).toBe(url);
    expect(fetched(`${url}... 92%\b\b\b\b    \b\b\b\b ok`)).toBe(url);
    expect(fetched(`${url}... Connection timed out`)).toBeUndefined();
  });

  it("reads the phases that ltsp init reports", () => {
    const line = "[    3.123456] ltsp: network: eth0 192.168.67.20/24 (0.31 s)";
    expect(phaseOf(line)).toEqual({
      kernelTime: 3.123456,
      phase: "network",
      message: "eth0 192.168.67.20/24 (0.31 s)",
    });
    expect(phaseOf("[    3.123456] e1000: eth0: link up")).toBeUndefined();
  });

  it("adds up no phase that only waits", () => {
    const lines = [
      "[ 1.0] ltsp: root: trying again (12 of 120 s)",
      "[ 2.0] ltsp: root: squashfs over NFS 4.2 (0.40 s)",
    ];
    expect(phaseTimes(lines)).toEqual({ root: 0.4 });
  });
});
